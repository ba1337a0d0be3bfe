import type { Operations } from "#operation.ts";
import { getPreview } from "./get-preview.ts";
import { listPreviews } from "./list-previews.ts";
import { requestPreview } from "./request-preview.ts";

export const previewOperations = {
  request: requestPreview,
  get: getPreview,
  list: listPreviews,
} satisfies Operations<"previews">;
