import type { Database } from "@hivesync/db/client";
import { blobs } from "@hivesync/db/schema/blobs";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { Storage } from "@hivesync/platform/storage/client";
import { and, eq, inArray } from "drizzle-orm";

/** Forgets blobs that cannot be used, so that the next publish uploads them again. */
export async function dropBlobs(
  { db, storage }: { db: Database; storage: Storage },
  teamId: string,
  hashes: readonly string[],
): Promise<void> {
  // The object first: a row without its object would be taken for a stored blob.
  await storage.delete(hashes.map((sha256) => objectKeys.blob(teamId, sha256)));
  await db.delete(blobs).where(and(eq(blobs.team_id, teamId), inArray(blobs.sha256, [...hashes])));
}
