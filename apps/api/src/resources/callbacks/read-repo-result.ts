import {
  mirrorManifest,
  repoLimits,
  repoMetrics,
  type MirrorBundle,
  type RepoMetrics,
} from "@hivesync/contracts/jobs/repo-sync";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { storableJson } from "@hivesync/contracts/values";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { invalidField } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { StoredResult } from "./stored-result.ts";

type SyncRow = typeof repoSyncs.$inferSelect;

/** What a sync shows of the repository. */
export type ShownMirror = {
  [Name in (typeof shownNames)[number]]: NonNullable<SyncRow[Name]>;
};

const shownNames = [
  "head",
  "head_ref",
  "refs",
  "refs_total",
  "files",
  "bytes",
  "left_out",
  "left_out_total",
  "manifest_key",
  "mirror",
] as const;

/** Content that a mirror needs to be in the team's storage. */
export interface MirrorBlob {
  sha256: string;
  size: number;
}

/** A worker's word of a sync that went well, checked. */
export interface RepoResult {
  metrics: RepoMetrics;
  shown: ShownMirror;
  /** Each content once, in the order of the hashes. */
  blobs: readonly MirrorBlob[];
}

const { maxManifestBytes } = repoLimits;

function check<Schema extends z.ZodType>(schema: Schema, { field, value }: { field: string; value: unknown }) {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalidField([field, ...(issue?.path ?? [])].join("."), issue?.message ?? "is not valid");
}

/** The sync that this one goes on from: it must have mirrored the same repository of the same project. */
async function findExtended(stored: StoredResult, id: string | null): Promise<ShownMirror | undefined> {
  if (id === null) return undefined;
  const { db } = stored.deps;
  const [own] = await db
    .select({ repo_url: repoSyncs.repo_url })
    .from(repoSyncs)
    .where(eq(repoSyncs.id, stored.job.id));
  const [row] = await db
    .select(
      Object.fromEntries(shownNames.map((name) => [name, repoSyncs[name]])) as Pick<
        typeof repoSyncs,
        (typeof shownNames)[number]
      >,
    )
    .from(repoSyncs)
    .where(
      and(
        eq(repoSyncs.id, id),
        eq(repoSyncs.project_id, stored.job.projectId),
        eq(repoSyncs.repo_url, own?.repo_url ?? ""),
        eq(repoSyncs.status, "COMPLETED"),
      ),
    );
  if (!row?.mirror) throw invalidField("metrics.extends", "names no completed sync of this repository");
  return row as ShownMirror;
}

/** The attempt's artifacts by name. */
async function readArtifacts(body: CallbackBody, { objectOf }: StoredResult) {
  const objects = await Promise.all(
    (body.artifacts ?? []).map(async ({ name, url }, index) => {
      if (name !== "manifest" && name !== "mirror")
        throw invalidField(`artifacts.${index}.name`, "is none of a sync's");
      return [name, await objectOf(`artifacts.${index}.url`, url)] as const;
    }),
  );
  return Object.fromEntries(objects);
}

async function readManifest({ deps }: StoredResult, object: { key: string; size: number }) {
  const field = "artifacts.manifest";
  if (object.size > maxManifestBytes) throw invalidField(field, `must be at most ${maxManifestBytes} bytes`);
  const bytes = await deps.storage.get(object.key);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes ?? []).toString("utf8"));
  } catch {
    throw invalidField(field, "is not JSON");
  }
  const manifest = check(mirrorManifest, { field, value: json });
  const { head_ref: headRef, refs, left_out: leftOut } = manifest;
  check(storableJson, { field, value: [headRef, refs, leftOut] });
  if (Object.keys(refs).length > repoLimits.maxRefs) throw invalidField(`${field}.refs`, "are too many");
  return manifest;
}

function toBlobs(files: z.output<typeof mirrorManifest>["files"]): MirrorBlob[] {
  const bySha256 = new Map(files.map(({ sha256, size }) => [sha256, size]));
  for (const [index, { sha256, size }] of files.entries())
    if (bySha256.get(sha256) !== size)
      throw invalidField(`artifacts.manifest.files.${index}.size`, "differs from the size of the same sha256");
  return [...bySha256].map(([sha256, size]) => ({ sha256, size })).toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

/** The bundles that make up the mirror: those of the sync before, and this one's. */
function toChain(
  { job }: StoredResult,
  metrics: RepoMetrics,
  { extended, object }: { extended: ShownMirror | undefined; object: { key: string; size: number } | undefined },
): MirrorBundle[] {
  const { bundle } = metrics;
  if (!bundle && !extended) throw invalidField("metrics.bundle", "is needed where no sync is gone on from");
  if (!bundle !== !object) throw invalidField("artifacts", "must hold the mirror if metrics.bundle says what it is");
  if (!bundle || !object) return extended?.mirror ?? [];
  if (object.size !== bundle.bytes) throw invalidField("metrics.bundle.bytes", "is not the size of the mirror");
  return [...(extended?.mirror ?? []), { sync_id: job.id, key: object.key, ...bundle }];
}

/**
 * Reads what a worker says of a sync, and the manifest that it wrote.
 *
 * @throws AppError VALIDATION_ERROR when something of it cannot be
 */
export async function readRepoResult(body: CallbackBody, stored: StoredResult): Promise<RepoResult> {
  if (body.bundle_url) throw invalidField("bundle_url", "is not known of a sync: its artifacts are");
  const metrics = check(repoMetrics, { field: "metrics", value: body.metrics ?? {} });
  const extended = await findExtended(stored, metrics.extends);
  const { manifest: object, mirror } = await readArtifacts(body, stored);
  if (metrics.unchanged) {
    if (!extended) throw invalidField("metrics.extends", "is needed with unchanged");
    if (object || mirror || metrics.bundle) throw invalidField("artifacts", "must be none with unchanged");
    return { metrics, shown: extended, blobs: [] };
  }
  if (!object) throw invalidField("artifacts", "must hold the manifest");
  const chain = toChain(stored, metrics, { extended, object: mirror });
  const manifest = await readManifest(stored, object);
  const shown = {
    head: manifest.head,
    head_ref: manifest.head_ref,
    refs: manifest.refs,
    refs_total: Object.keys(manifest.refs).length,
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, { size }) => sum + size, 0),
    left_out: manifest.left_out.slice(0, repoLimits.namedLeftOut),
    left_out_total: manifest.left_out.length,
    manifest_key: object.key,
    mirror: chain,
  };
  return { metrics, shown, blobs: toBlobs(manifest.files) };
}
