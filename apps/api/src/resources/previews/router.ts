import type { Operations } from "#operation.ts";
import { cancelPreview } from "./cancel-preview.ts";
import { getPreview } from "./get-preview.ts";
import { listPreviews } from "./list-previews.ts";
import { requestPreview } from "./request-preview.ts";
import { retryPreview } from "./retry-preview.ts";
import { streamPreview } from "./stream-preview.ts";

export const previewOperations = {
  request: requestPreview,
  get: getPreview,
  list: listPreviews,
  stream: streamPreview,
  cancel: cancelPreview,
  retry: retryPreview,
} satisfies Operations<"previews">;
