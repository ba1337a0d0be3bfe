import { uploadFiles } from "#folders/upload-files.ts";
import type { LocalRoute } from "./local-route.ts";

/** Puts files of a folder straight into storage. */
export const upload: LocalRoute<"upload"> = async ({ deps, input, signal }) => {
  const index = await deps.folders.open(input.directory);
  return uploadFiles(deps, index, { missing: input.missing, signal });
};
