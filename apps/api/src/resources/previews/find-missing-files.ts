import type { ManifestFile } from "@hivesync/contracts/paths";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { blobs } from "@hivesync/db/schema/blobs";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import pLimit from "p-limit";
import type { Deps } from "#deps.ts";
import { checkStorageQuota } from "./check-quota.ts";

const headsAtOnce = 64;
const mostMissing = 1_000;

type BlobDeps = Pick<Deps, "db" | "storage" | "presigner" | "settings">;
type Blob = Pick<ManifestFile, "sha256" | "size">;

/** Each content once; two sizes for one hash cannot both be right. */
function distinctBlobs(files: readonly ManifestFile[]): Map<string, Blob> {
  const distinct = new Map<string, Blob>();
  files.forEach(({ sha256, size }, index) => {
    const known = distinct.get(sha256);
    if (known && known.size !== size)
      throw invalidField(`files.${index}.size`, "differs from the size given for the same sha256 before");
    distinct.set(sha256, { sha256, size });
  });
  return distinct;
}

/** Asks storage for the blobs that were announced and not seen yet; answers those that are there now. */
async function confirmUploads(deps: BlobDeps, teamId: string, announced: readonly Blob[]): Promise<Set<string>> {
  const limit = pLimit(headsAtOnce);
  const present = await Promise.all(
    announced.map(({ sha256, size }) =>
      limit(async () => {
        const object = await deps.storage.head(objectKeys.blob(teamId, sha256));
        return object?.size === size ? sha256 : undefined;
      }),
    ),
  );
  const stored = present.filter((sha256) => sha256 !== undefined);
  if (stored.length > 0) {
    await deps.db
      .update(blobs)
      .set({ stored_at: sql`now()` })
      .where(and(eq(blobs.team_id, teamId), inArray(blobs.sha256, stored)));
  }
  return new Set(stored);
}

async function announce(deps: BlobDeps, teamId: string, missing: readonly Blob[]): Promise<FilesMissingDetails> {
  const now = missing.slice(0, mostMissing);
  await deps.db
    .insert(blobs)
    .values(now.map((blob) => ({ team_id: teamId, ...blob })))
    .onConflictDoNothing();
  const uploads = await Promise.all(
    now.map(async (blob) => {
      const { url, headers } = await deps.presigner.put(objectKeys.blob(teamId, blob.sha256), blob);
      return { ...blob, upload_url: url, headers };
    }),
  );
  return { missing: uploads, missing_total: missing.length };
}

/**
 * Makes sure that the team's store holds every file of a manifest.
 *
 * @throws AppError FILES_MISSING with an upload URL for each that it lacks, the first thousand at a time; VALIDATION_ERROR when a size
 * contradicts what is stored under the hash; QUOTA_EXCEEDED when the new ones do not fit.
 */
export async function requireStoredFiles(
  deps: BlobDeps,
  teamId: string,
  files: readonly ManifestFile[],
): Promise<void> {
  const wanted = distinctBlobs(files);
  const hashes = [...wanted.keys()];
  const known = await deps.db
    .select({ sha256: blobs.sha256, size: blobs.size, stored_at: blobs.stored_at })
    .from(blobs)
    .where(and(eq(blobs.team_id, teamId), sql`${blobs.sha256} = ANY(${sql.param(hashes)}::text[])`));
  const knownSizes = new Map(known.map((row) => [row.sha256, row.size]));
  const wrong = files.findIndex(({ sha256, size }) => (knownSizes.get(sha256) ?? size) !== size);
  if (wrong >= 0) throw invalidField(`files.${wrong}.size`, "is not the size of what is stored under this sha256");

  const confirmed = await confirmUploads(
    deps,
    teamId,
    known.filter((row) => row.stored_at === null),
  );
  const stored = new Set(
    known.filter((row) => row.stored_at !== null || confirmed.has(row.sha256)).map((row) => row.sha256),
  );
  const missing = [...wanted.values()].filter(({ sha256 }) => !stored.has(sha256));
  if (missing.length > 0) {
    const unannounced = missing.filter(({ sha256 }) => !knownSizes.has(sha256));
    await checkStorageQuota(
      deps,
      teamId,
      unannounced.reduce((sum, { size }) => sum + size, 0),
    );
    throw new AppError("FILES_MISSING", { details: await announce(deps, teamId, missing) });
  }
  // Collection takes what was idle for 30 days: a day's grain keeps a preview from writing a row for each of its files.
  await deps.db
    .update(blobs)
    .set({ last_used_at: sql`now()` })
    .where(
      and(
        eq(blobs.team_id, teamId),
        sql`${blobs.sha256} = ANY(${sql.param(hashes)}::text[])`,
        lt(blobs.last_used_at, sql`now() - interval '1 day'`),
      ),
    );
}
