import { objectKeys } from "@hivesync/platform/storage/object-keys";

/** What an attempt may write, by its name in callbacks. */
export const attemptFiles = {
  page: { name: "index.html", contentType: "text/html; charset=utf-8" },
  source_map: { name: "source.map", contentType: "application/json" },
  manifest: { name: "manifest.json", contentType: "application/json" },
  log: { name: "build.log", contentType: "text/plain; charset=utf-8" },
} as const;

export type AttemptFile = keyof typeof attemptFiles;

/** The object key of one file of an attempt. */
export function attemptKey(claim: { teamId: string; jobId: string; attempt: number }, file: AttemptFile): string {
  const { teamId, jobId, attempt } = claim;
  return objectKeys.attempt({ teamId, kind: "previews", jobId, attempt }) + attemptFiles[file].name;
}

/** The keys of all that a preview's attempts may have written, those included that were killed on the way. */
export function attemptKeys(preview: { teamId: string; id: string; attempt: number }): string[] {
  return Array.from({ length: preview.attempt }, (_, index) => index + 1).flatMap((attempt) =>
    (Object.keys(attemptFiles) as AttemptFile[]).map((file) =>
      attemptKey({ teamId: preview.teamId, jobId: preview.id, attempt }, file),
    ),
  );
}
