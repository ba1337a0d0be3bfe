import { z } from "zod";
import { atLeast } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { exampleAiJob, exampleAiSelection, exampleAiSummary, exampleSubmittedAiJob } from "../examples/ai.ts";
import { aiResult } from "../jobs/ai-result.ts";
import { aiQueues, jobStatuses } from "../jobs/job-state.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { findPathCollisions } from "../path-collisions.ts";
import { fileListOf, manifestFileSchema, pathSchema } from "../paths.ts";
import { aiJobLimits } from "../tiers.ts";
import { id, sha256, timestamp } from "../values.ts";
import { jobError, mirrorSource } from "./previews.ts";

/** What may be asked of an AI job. */
export const aiJobTypes = ["document", "explain", "summarize", "readme"] as const;
export type AiJobType = (typeof aiJobTypes)[number];

export const aiProgress = z
  .strictObject({ phase: z.enum(["fetching", "writing", "uploading"]), ratio: z.number().min(0).max(1) })
  .meta({ id: "AiProgress", description: "A phase of the job, and how much of the whole is done, 0 to 1." });
export type AiProgress = z.output<typeof aiProgress>;

const size = z.int().min(0).max(aiJobLimits.maxFileBytes);
const line = z.int().min(1);
const lines = { line_start: line.optional(), line_end: line.optional() };

interface Lines {
  line_start?: number | undefined;
  line_end?: number | undefined;
}

// A line before the first is refused as such.
function linesInOrder({ line_start: first = 1, line_end: last = first }: Lines): boolean {
  return last < 1 || last >= first;
}
const outOfOrder = { message: "is before the first line of the selection", path: ["line_end"] };

const lineMeaning =
  "A file to write about, or these lines of it, counted from 1. Without `line_start` from the first; without `line_end`, or with one past the end, to the last.";

/** What a job works on: see `jobs/ai-input.ts`. */
export const selectedFile = manifestFileSchema
  .extend({ size, ...lines })
  .refine(linesInOrder, outOfOrder)
  .meta({ id: "SelectedFile", description: lineMeaning });
export type SelectedFile = z.output<typeof selectedFile>;

// As a submission names a file: what it holds is said by hash and size, or by the mirror.
const content = { path: pathSchema, sha256: sha256.optional(), size: size.optional() };
const ofMirror = "`sha256` and `size` are left out when `source` is the mirror, and needed otherwise.";

const submittedSelection = z
  .strictObject({ ...content, ...lines })
  .refine(linesInOrder, outOfOrder)
  .meta({ id: "SubmittedSelection", description: `${lineMeaning} ${ofMirror}` });

const submittedContext = z.strictObject(content).meta({ id: "SubmittedContext", description: ofMirror });

const submission = z.strictObject({
  project_id: id,
  job_type: z.enum(aiJobTypes),
  source: mirrorSource.optional(),
  selection: fileListOf(z.array(submittedSelection), aiJobLimits.maxFiles).refine(
    (files) => files.length > 0,
    "names no file",
  ),
  context: z
    .strictObject({
      files: fileListOf(z.array(submittedContext), aiJobLimits.maxFiles).optional(),
      replace: z.boolean().optional(),
    })
    .meta({
      description: "`files` are read to understand the selection. With `replace`, comments that are there may go.",
    })
    .optional(),
});

type Submission = z.output<typeof submission>;

function collisions(files: readonly { path: string }[]) {
  return findPathCollisions(files.map(({ path }) => path));
}

/** What only shows when selection, context and source are seen together. */
function checkTogether({ selection, context, source }: Submission, refinement: z.RefinementCtx): void {
  const near = context?.files ?? [];
  const files = [...selection, ...near];
  const placeOf = (index: number): (string | number)[] =>
    index < selection.length ? ["selection", index] : ["context", "files", index - selection.length];
  for (const [index, file] of files.entries()) {
    for (const field of ["sha256", "size"] as const) {
      if ((file[field] === undefined) === (source !== undefined)) continue;
      const message = source ? "is the mirror's to say" : "is needed unless `source` is the mirror";
      refinement.addIssue({ code: "custom", path: [...placeOf(index), field], message });
    }
  }
  // Each list has told of its own.
  const told = new Set([
    ...collisions(selection).map(({ index }) => index),
    ...collisions(near).map(({ index }) => index + selection.length),
  ]);
  for (const { index, message } of collisions(files)) {
    if (!told.has(index)) refinement.addIssue({ code: "custom", path: [...placeOf(index), "path"], message });
  }
  const bytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  if (bytes <= aiJobLimits.maxBytes) return;
  const message = `and context together must be at most ${aiJobLimits.maxBytes} bytes`;
  refinement.addIssue({ code: "custom", path: ["selection"], message });
}

export const submittedAiJob = z
  .strictObject({ job_id: id, status: z.enum(jobStatuses), queue: z.enum(aiQueues) })
  .meta({ id: "SubmittedAiJob" });
export type SubmittedAiJob = z.output<typeof submittedAiJob>;

/** A row of the list of AI jobs: what changes as it is read (presigned URLs) stands in `ai.get` alone. */
export const aiJobSummary = z
  .strictObject({
    ...submittedAiJob.shape,
    project_id: id,
    job_type: z.enum(aiJobTypes),
    error: jobError.nullable(),
    requested_by: id.nullable(),
    retried_from: id.nullable(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
  })
  .meta({ id: "AiJobSummary" });
export type AiJobSummary = z.output<typeof aiJobSummary>;

export const aiJob = aiJobSummary
  .extend({
    progress: aiProgress.nullable(),
    result_url: z.string().nullable(),
    result: aiResult.nullable(),
    logs_url: z.string().nullable(),
  })
  .meta({
    id: "AiJob",
    description:
      "`result_url` is there while the job is COMPLETED and lives five minutes; read the job again for a fresh one. A result of less than 64 KB stands in `result` too.",
  });
export type AiJob = z.output<typeof aiJob>;

const accessToJob = atLeast("Member", { of: "ai_job", by: "id" });

export const ai = {
  submit: mutation({
    rest: "POST /ai/jobs",
    summary:
      "Asks for documentation of files or lines of them, uploaded or out of the project's mirror. Files that are not stored yet come back as FILES_MISSING with upload URLs.",
    access: atLeast("Member", { of: "project", by: "project_id" }),
    rate: "ai_job",
    input: submission.superRefine(checkTogether),
    output: submittedAiJob,
    example: {
      input: { project_id: exampleIds.project, job_type: "document", selection: [exampleAiSelection] },
      output: exampleSubmittedAiJob,
    },
    errors: ["CONFLICT", "FILES_MISSING", "QUOTA_EXCEEDED", "RATE_LIMITED"],
    status: 202,
    // Each file that is said to be uploaded is looked for in storage.
    timeoutMs: 60_000,
  }),
  get: query({
    rest: "GET /ai/jobs/{id}",
    summary: "One AI job: its state, and its result once there is one.",
    access: accessToJob,
    rate: "general",
    input: z.strictObject({ id }),
    output: aiJob,
    example: { input: { id: exampleIds.aiJob }, output: exampleAiJob },
    errors: [],
  }),
  list: query({
    rest: "GET /projects/{id}/ai_jobs",
    summary: "A project's AI jobs, newest first.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ ...pageInput, id, status: z.enum(jobStatuses).optional() }),
    output: pageOf(aiJobSummary),
    example: { input: { id: exampleIds.project, status: "COMPLETED" }, output: onlyPage([exampleAiSummary]) },
    errors: [],
  }),
  cancel: mutation({
    rest: "POST /ai/jobs/{id}/cancel",
    summary: "Stops an AI job that has not ended.",
    access: accessToJob,
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({ job_id: id, status: z.enum(jobStatuses) }),
    example: {
      input: { id: exampleIds.runningAiJob },
      output: { job_id: exampleIds.runningAiJob, status: "CANCELLED" },
    },
    errors: ["CONFLICT"],
  }),
  retry: mutation({
    rest: "POST /ai/jobs/{id}/retry",
    summary: "Asks again for what an AI job that has ended was asked for: a new job of the same files.",
    access: accessToJob,
    rate: "ai_job",
    input: z.strictObject({ id }),
    output: submittedAiJob,
    example: { input: { id: exampleIds.aiJob }, output: exampleSubmittedAiJob },
    errors: ["CONFLICT", "FILES_MISSING", "QUOTA_EXCEEDED", "RATE_LIMITED"],
    status: 202,
    timeoutMs: 60_000,
  }),
};
