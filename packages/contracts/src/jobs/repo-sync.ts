import { z } from "zod";
import { manifestFileSchema, pathProblemReasons } from "../paths.ts";
import { id } from "../values.ts";
import { defineJob } from "./job-definition.ts";

/** Mirrors one repository. The row of repo_syncs says which. */
export const repoSync = defineJob({
  name: "repo-sync",
  queues: ["repo-sync"],
  payload: z.strictObject({ job_id: id }),
  retry: { attempts: 3, firstDelayMs: 2_000 },
});

/** Why a file of a repository is not part of the mirror's manifest: a path rule that it breaks, or what it is. */
export const leftOutReasons = [
  ...pathProblemReasons,
  "not_utf8",
  "collision",
  "symlink",
  "submodule",
  "lfs_pointer",
  "too_large",
] as const;

export const leftOutFile = z.strictObject({ path: z.string(), reason: z.enum(leftOutReasons) }).meta({
  id: "LeftOutFile",
  description: "A file that was not mirrored. A path that is not UTF-8 has `\uFFFD` for what cannot be read.",
});
export type LeftOutFile = z.output<typeof leftOutFile>;

/** An object id of git: SHA-1, or SHA-256 in repositories of that format. */
export const objectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/**
 * What a sync has found, stored as one object, so that it is never half of one commit. Files are sorted by path. `oid` is git's id of the content:
 * what it has not changed need not be read again.
 */
export const mirrorManifest = z.strictObject({
  /** The commit whose files these are. */
  head: objectId,
  /** The full name of the ref that `head` was read from; the commit's id where that was asked for. */
  head_ref: z.string(),
  /** Every branch and tag by its full name. */
  refs: z.record(z.string(), objectId),
  files: z.array(manifestFileSchema.extend({ oid: objectId })),
  left_out: z.array(leftOutFile),
});
export type MirrorManifest = z.output<typeof mirrorManifest>;

/** What a worker says of a sync besides its manifest: the `metrics` of its callback. */
export const repoMetrics = z.object({
  timings: z.record(z.string(), z.number()).optional(),
  /** The earlier sync whose mirror this one goes on from: its bundles are needed to read this one's. */
  extends: id.nullable(),
  /** Refs and head are those of `extends`: there is no artifact, and its manifest goes on to hold. */
  unchanged: z.boolean().optional(),
  /** What the artifact `mirror` is; absent when there was nothing new. */
  bundle: z.strictObject({ bytes: z.int().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  /** Branches whose history was rewritten and tags that were moved, at most 100. */
  forced: z.array(z.string()).max(100),
  /** Branches and tags that are gone, at most 100. */
  deleted: z.array(z.string()).max(100),
  /** Why the earlier mirror could not be used, so that all was fetched anew. */
  mirror_lost: z.enum(["missing", "corrupted"]).optional(),
});
export type RepoMetrics = z.output<typeof repoMetrics>;

/** One piece of a mirror: a git bundle that needs those before it. */
export const mirrorBundle = z.strictObject({
  sync_id: id,
  key: z.string(),
  bytes: z.int().min(1),
  sha256: z.string(),
});
export type MirrorBundle = z.output<typeof mirrorBundle>;

/** What a sync takes, whatever the tier. */
export const repoLimits = {
  /** Branches and tags. */
  maxRefs: 10_000,
  /** A larger file is left out. */
  maxFileBytes: 100 * 1024 * 1024,
  /** Left out files that the row of a sync names; its manifest names all. */
  namedLeftOut: 100,
  /** Of the manifest as JSON: the API reads it into memory whole. The largest tier's files with paths of ordinary length are a fifth of it. */
  maxManifestBytes: 64 * 1024 * 1024,
  /** Pieces of a mirror before it is written anew as one. */
  maxBundles: 16,
} as const;
