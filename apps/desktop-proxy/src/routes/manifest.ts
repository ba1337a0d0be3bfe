import type { LocalRoute } from "./local-route.ts";

/** What a folder holds, as a publish sends it. */
export const manifest: LocalRoute<"manifest"> = async ({ deps, input, signal }) => {
  const index = await deps.folders.open(input.directory);
  const { files, secrets, skipped } = await index.list(signal);
  const { walked, filesRead } = index.lastWork;
  deps.log.info("folder_listed", { files: files.length, files_read: filesRead, walked });
  return { files, secrets, skipped };
};
