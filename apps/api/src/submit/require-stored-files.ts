import type { ManifestFile } from "@hivesync/contracts/paths";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import type { Database } from "@hivesync/db/client";
import { blobs } from "@hivesync/db/schema/blobs";
import { lockTeamStorage } from "@hivesync/db/team-storage";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { and, eq, sql, type SQL } from "drizzle-orm";
import pLimit from "p-limit";
import type { Deps } from "#deps.ts";
import { checkStorageQuota } from "./check-storage-quota.ts";
import { mirrorIncomplete } from "./read-mirror.ts";

const headsAtOnce = 64;
const mostMissing = 1_000;

type BlobDeps = Pick<Deps, "db" | "storage" | "presigner" | "settings">;
type Blob = Pick<ManifestFile, "sha256" | "size">;

/** Files that have to be there, with the name that the caller has for their list: `files`. */
interface WantedList {
  field: string;
  files: readonly Blob[];
}

/** Files that have to be there, by the word of a caller, who can upload what is missing, or of the project's mirror. */
export interface WantedFiles {
  wanted: readonly WantedList[];
  source: "caller" | "mirror";
}

/** The name of the first file whose size is not that of what is stored. */
function findWrongSize(wanted: readonly WantedList[], stored: ReadonlyMap<string, number | null>): string | undefined {
  if (stored.size === 0) return undefined;
  for (const { field, files } of wanted) {
    const index = files.findIndex(({ sha256, size }) => (stored.get(sha256) ?? size) !== size);
    if (index >= 0) return `${field}.${index}.size`;
  }
  return undefined;
}

/** Of the absent contents each once; two sizes for one hash cannot both be right. */
function distinctBlobs(wanted: readonly WantedList[], absent: ReadonlyMap<string, number | null>): Blob[] {
  if (absent.size === 0) return [];
  const distinct = new Map<string, Blob>();
  for (const { field, files } of wanted) {
    for (const [index, { sha256, size }] of files.entries()) {
      if (!absent.has(sha256)) continue;
      if ((distinct.get(sha256)?.size ?? size) !== size)
        throw invalidField(`${field}.${index}.size`, "differs from the size given for the same sha256 before");
      distinct.set(sha256, { sha256, size });
    }
  }
  return [...distinct.values()];
}

const isOneOf = (hashes: readonly string[]): SQL => sql`${blobs.sha256} = ANY(${sql.param(hashes)}::text[])`;

/** Asks storage for the blobs that were announced and not seen yet; answers those that are there now. */
async function confirmUploads(deps: BlobDeps, teamId: string, announced: readonly Blob[]): Promise<Set<string>> {
  const limit = pLimit(headsAtOnce);
  const present = await Promise.all(
    announced.map((blob) =>
      limit(async () => {
        const object = await deps.storage.head(objectKeys.blob(teamId, blob.sha256));
        return object?.size === blob.size ? blob : undefined;
      }),
    ),
  );
  const stored = present.filter((blob) => blob !== undefined);
  if (stored.length > 0) {
    await deps.db
      .insert(blobs)
      .values(stored.map((blob) => ({ team_id: teamId, ...blob, stored_at: sql`now()` })))
      .onConflictDoUpdate({
        target: [blobs.team_id, blobs.sha256],
        set: { stored_at: sql`now()`, size: sql`excluded.size` },
      });
  }
  return new Set(stored.map(({ sha256 }) => sha256));
}

/** Notes what is about to be uploaded, if the team's storage holds it too, and makes the upload URLs. */
async function announce(deps: BlobDeps, teamId: string, missing: readonly Blob[]): Promise<FilesMissingDetails> {
  const now = missing.slice(0, mostMissing);
  await deps.db.transaction(async (transaction) => {
    await lockTeamStorage(transaction, teamId);
    await checkStorageQuota(transaction, deps.settings, { teamId, missing });
    await transaction
      .insert(blobs)
      .values(now.map((blob) => ({ team_id: teamId, ...blob })))
      .onConflictDoUpdate({
        target: [blobs.team_id, blobs.sha256],
        // A size that was announced and never uploaded binds nobody.
        set: { size: sql`excluded.size`, last_used_at: sql`now()` },
        setWhere: sql`${blobs.stored_at} IS NULL
          AND (${blobs.size} <> excluded.size OR ${blobs.last_used_at} < now() - interval '10 minutes')`,
      });
  });
  const uploads = await Promise.all(
    now.map(async (blob) => {
      const { url, headers } = await deps.presigner.put(objectKeys.blob(teamId, blob.sha256), blob);
      return { ...blob, upload_url: url, headers };
    }),
  );
  return { missing: uploads, missing_total: missing.length };
}

/** A wanted blob of which something is to be done or said. */
interface Unready {
  sha256: string;
  /** What it is known by; null where it is not known. */
  size: number | null;
  is_stored: boolean;
}

// Collection takes what was idle for 30 days: a day's grain keeps a preview from writing a row for each of its files.
const isIdle = sql`b.last_used_at < now() - interval '1 day'`;

// Of more at a time Postgres reads all that the team has, rather than what is asked for.
const lookedForAtATime = 2_500;
const statementsAtOnce = 4;

/** Of all that is wanted only what is not stored, stored in another size or long not used: of a folder that was published before, nothing. */
async function findUnready(db: Database, teamId: string, wanted: readonly WantedList[]): Promise<Unready[]> {
  const limit = pLimit(statementsAtOnce);
  const files = wanted.flatMap((list) => list.files);
  const starts = Array.from(
    { length: Math.ceil(files.length / lookedForAtATime) },
    (_, index) => index * lookedForAtATime,
  );
  const found = starts.map((start) =>
    limit(() => findUnreadyAmong(db, teamId, files.slice(start, start + lookedForAtATime))),
  );
  return (await Promise.all(found)).flat();
}

async function findUnreadyAmong(db: Database, teamId: string, wanted: readonly Blob[]): Promise<Unready[]> {
  // As text: an array of thousands is written and read in twice the time.
  const hashes = wanted.map(({ sha256 }) => sha256).join();
  const sizes = wanted.map(({ size }) => size).join();
  const rows = await db.execute<Unready & Record<string, unknown>>(sql`
    SELECT w.sha256, b.size::float8 AS size, b.stored_at IS NOT NULL AS is_stored
    FROM unnest(string_to_array(${hashes}, ','), string_to_array(${sizes}, ',')::bigint[]) AS w (sha256, size)
    LEFT JOIN blobs b ON b.team_id = ${teamId} AND b.sha256 = w.sha256
    WHERE b.stored_at IS NULL OR b.size <> w.size OR ${isIdle}`);
  return [...rows];
}

/**
 * Makes sure that the team's store holds every file of a job.
 *
 * @throws AppError FILES_MISSING with an upload URL for each that it lacks, the first thousand at a time; VALIDATION_ERROR when a size
 * contradicts what is stored under the hash; QUOTA_EXCEEDED when the new ones do not fit. Of a mirror's files CONFLICT instead.
 */
export async function requireStoredFiles(
  deps: BlobDeps,
  teamId: string,
  { wanted, source }: WantedFiles,
): Promise<void> {
  const unready = await findUnready(deps.db, teamId, wanted);
  const stored = new Map(unready.filter((row) => row.is_stored).map(({ sha256, size }) => [sha256, size]));
  const wrong = findWrongSize(wanted, stored);
  if (wrong !== undefined && source === "mirror") throw mirrorIncomplete();
  if (wrong !== undefined) throw invalidField(wrong, "is not the size of what is stored under this sha256");

  const absent = new Map(unready.filter((row) => !row.is_stored).map(({ sha256, size }) => [sha256, size]));
  const absentBlobs = distinctBlobs(wanted, absent);
  const announced = absentBlobs.filter(({ sha256 }) => absent.get(sha256) !== null);
  const confirmed = await confirmUploads(deps, teamId, announced);
  const missing = absentBlobs.filter(({ sha256 }) => !confirmed.has(sha256));
  if (missing.length > 0 && source === "mirror") throw mirrorIncomplete();
  if (missing.length > 0) throw new AppError("FILES_MISSING", { details: await announce(deps, teamId, missing) });

  if (stored.size === 0) return;
  await deps.db
    .update(blobs)
    .set({ last_used_at: sql`now()` })
    .where(and(eq(blobs.team_id, teamId), isOneOf([...stored.keys()])));
}
