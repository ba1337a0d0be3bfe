import { z } from "zod";
import { manifestFiles, pathSchema } from "../paths.ts";
import { previewPlatforms } from "../resources/projects.ts";

/**
 * What a preview is built from, stored as one object under its own hash: the same input has the same key, and so the earlier bundle.
 * Files are sorted by path, so that the order in which a client lists them does not matter.
 */
export const previewInput = z.strictObject({
  builder_version: z.string(),
  files: manifestFiles(),
  options: z.strictObject({
    entry: pathSchema.optional(),
    platform: z.enum(previewPlatforms),
    title: z.string().optional(),
  }),
});
export type PreviewInput = z.output<typeof previewInput>;
