import { previewInput, type PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import type { Storage } from "./client.ts";

/** What a preview is built from, or undefined when the store has nothing usable under the key. */
export async function readPreviewInput(
  storage: Storage,
  key: string,
  signal?: AbortSignal,
): Promise<PreviewInput | undefined> {
  const bytes = await storage.get(key, signal);
  if (bytes === undefined) return undefined;
  try {
    return previewInput.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return undefined;
  }
}
