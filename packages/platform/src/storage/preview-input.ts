import { previewInput, type PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { Storage } from "./client.ts";
import { readJobInput } from "./job-input.ts";

/** What a preview is built from, or undefined when the store has nothing usable under the key. */
export function readPreviewInput(
  storage: Storage,
  key: string,
  signal?: AbortSignal,
): Promise<PreviewInput | undefined> {
  return readJobInput(storage, { key, schema: previewInput }, signal);
}
