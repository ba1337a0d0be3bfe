import { z } from "zod";
import { manifestFileSchema } from "../paths.ts";
import { aiJobTypes, selectedFile } from "../resources/ai.ts";

/**
 * What an AI job works on, stored as one object. Files are sorted by path; style and language are what the project's settings said when the
 * job was asked for.
 */
export const aiInput = z.strictObject({
  job_type: z.enum(aiJobTypes),
  selection: z.array(selectedFile),
  /** Files that may be read to understand the selection, and are not written about. */
  context: z.array(manifestFileSchema),
  options: z.strictObject({
    /** Whether doc comments that are there may be replaced. */
    replace: z.boolean(),
    style: z.string().optional(),
    language: z.string().optional(),
  }),
});
export type AiInput = z.output<typeof aiInput>;
