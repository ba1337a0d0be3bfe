import { aiFiles } from "@hivesync/platform/storage/ai-files";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { JobKind } from "./job-tables.ts";

const png = "image/png";

/** What an attempt may write, by its name in callbacks, for each kind of job. */
export const attemptFiles = {
  preview: {
    page: { name: "index.html", contentType: "text/html; charset=utf-8" },
    source_map: { name: "source.map", contentType: "application/json" },
    manifest: { name: "manifest.json", contentType: "application/json" },
    log: { name: "build.log", contentType: "text/plain; charset=utf-8" },
    snapshot_phone: { name: "snapshot-phone.png", contentType: png },
    snapshot_tablet: { name: "snapshot-tablet.png", contentType: png },
    snapshot_desktop: { name: "snapshot-desktop.png", contentType: png },
  },
  ai: aiFiles,
  repo: {
    manifest: { name: "manifest.json", contentType: "application/json" },
    mirror: { name: "mirror.bundle", contentType: "application/octet-stream" },
    log: { name: "sync.log", contentType: "text/plain; charset=utf-8" },
  },
} as const satisfies Record<JobKind, Record<string, { name: string; contentType: string }>>;

/** The folder of each kind of job in the object store. */
const folders = { preview: "previews", ai: "ai", repo: "repos" } as const satisfies Record<JobKind, string>;

/** One attempt of a job. */
export interface Attempt {
  kind: JobKind;
  teamId: string;
  jobId: string;
  attempt: number;
}

/** The object key of one file of an attempt. */
export function attemptKey({ kind, teamId, jobId, attempt }: Attempt, fileName: string): string {
  return objectKeys.attempt({ teamId, kind: folders[kind], jobId, attempt }) + fileName;
}

/** The keys of all that a job's attempts may have written, those included that were killed on the way. */
export function attemptKeys(job: Attempt): string[] {
  return Array.from({ length: job.attempt }, (_, index) => index + 1).flatMap((attempt) =>
    Object.values(attemptFiles[job.kind]).map(({ name }) => attemptKey({ ...job, attempt }, name)),
  );
}
