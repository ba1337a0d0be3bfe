import { z } from "zod";

/** One change of a file: at `line` (from 1), `delete_lines` lines go and `insert` comes in their place, ended as the file's lines are. */
export const aiEdit = z
  .strictObject({ path: z.string(), line: z.int().min(1), delete_lines: z.int().min(0), insert: z.string() })
  .meta({
    id: "AiEdit",
    description:
      "A change of comments alone. Before `line` (from 1), `insert` is put; first, `delete_lines` lines from there are taken out.",
  });
export type AiEdit = z.output<typeof aiEdit>;

/** What an AI job has written: the stored object `result.json`. */
export const aiResult = z
  .strictObject({
    engine: z.string(),
    markdown: z.string(),
    notes: z.array(z.string()),
    edits: z.array(aiEdit).optional(),
    diff: z.string().optional(),
    files: z.array(z.strictObject({ path: z.string(), text: z.string() })).optional(),
  })
  .meta({
    id: "AiResult",
    description:
      "`markdown` is for reading, `engine` says who wrote it, `notes` what was left out and why. Of a job of type `document` also `edits`, the same as a unified `diff` that `git apply` takes, and the `files` as they are then.",
  });
export type AiResult = z.output<typeof aiResult>;

/** Results smaller than this are part of the answer of `ai.get`; any other is read by its link. */
export const inlineResultBytes = 64 * 1024;
