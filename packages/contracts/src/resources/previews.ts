import { z } from "zod";
import { atLeast, atLeastOrPreviewToken } from "../access.ts";
import { mutation, query, subscription } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import {
  exampleFile,
  examplePreview,
  exampleProgress,
  exampleRequested,
  exampleSummary,
} from "../examples/previews.ts";
import { jobStatuses, previewQueues } from "../jobs/job-state.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { fileListSchema, pathSchema } from "../paths.ts";
import { maxManifestFiles } from "../tiers.ts";
import { id, sha256, text, timestamp } from "../values.ts";
import { previewPlatforms } from "./projects.ts";

export const jobProgress = z
  .strictObject({
    phase: z.enum(["fetching", "building", "uploading"]),
    ratio: z.number().min(0).max(1),
  })
  .meta({ id: "JobProgress", description: "A phase of the build, and how much of the whole is done, 0 to 1." });
export type JobProgress = z.output<typeof jobProgress>;

export const jobError = z.strictObject({ code: z.string(), message: z.string(), details: z.unknown() }).meta({
  id: "JobError",
  description:
    "Why a job failed: a code of the error table. `details` has a row for each place in the source, where there is one.",
});

export const previewContext = z
  .strictObject({
    git_branch: text(255).optional(),
    git_commit: text(64).optional(),
    package_manager: text(40).optional(),
    framework: text(80).optional(),
  })
  .meta({
    id: "PreviewContext",
    description: "What the client knows of where the files come from. Shown with the preview, never used by the build.",
  });

export type PreviewContext = z.output<typeof previewContext>;

/** Instead of files: those of the project's mirror as it stands now. CONFLICT while it has none. */
export const mirrorSource = z
  .strictObject({ mirror: z.literal(true) })
  .meta({ id: "MirrorSource", description: "The files of the project's mirror, so that nothing need be uploaded." });

export const missingFile = z
  .strictObject({
    sha256,
    size: z.int().min(0),
    upload_url: z.string(),
    headers: z.record(z.string(), z.string()),
  })
  .meta({
    id: "MissingFile",
    description:
      "A file to upload before asking again. PUT it to `upload_url` with exactly these `headers`; content-length is `size`.",
  });

export const filesMissingDetails = z
  .strictObject({ missing: z.array(missingFile), missing_total: z.int().min(1) })
  .meta({ id: "FilesMissingDetails", description: "At most 1,000 files at a time." });
export type FilesMissingDetails = z.output<typeof filesMissingDetails>;

const pictureUrl = z.string().optional();

/** The screens on which a preview may have been pictured. */
export const previewSnapshots = z
  .strictObject({ phone: pictureUrl, tablet: pictureUrl, desktop: pictureUrl })
  .meta({ id: "PreviewSnapshots", description: "Pictures of the preview on each screen, where there are some." });
export type PreviewSnapshots = z.output<typeof previewSnapshots>;

export const preview = z
  .strictObject({
    job_id: id,
    project_id: id,
    project_name: z.string(),
    status: z.enum(jobStatuses),
    queue: z.enum(previewQueues),
    kind: z.string().nullable(),
    platform: z.enum(previewPlatforms).nullable(),
    progress: jobProgress.nullable(),
    preview_url: z.string().nullable(),
    bundle_url: z.string().nullable(),
    source_map_url: z.string().nullable(),
    logs_url: z.string().nullable(),
    snapshots: previewSnapshots,
    error: jobError.nullable(),
    warnings: z.array(z.string()),
    timings: z.record(z.string(), z.number()).nullable(),
    context: previewContext.nullable(),
    requested_by: id.nullable(),
    retried_from: id.nullable(),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    expires_at: timestamp,
  })
  .meta({
    id: "Preview",
    description:
      "Signed links live five minutes; read the preview again for fresh ones. `preview_url` may be shared, and is told to members alone. `project_name` is told to whoever holds the link, too. `kind` says what the files were found to be, once that is known: `Vue page (Vue 3)`. `platform` is what they are built for; null of old previews.",
  });
export type Preview = z.output<typeof preview>;

/** A row of the previews list: what changes as it is read (presigned URLs) stands in `previews.get` alone. */
export const previewSummary = preview
  .pick({
    job_id: true,
    project_id: true,
    status: true,
    queue: true,
    preview_url: true,
    error: true,
    context: true,
    requested_by: true,
    retried_from: true,
    created_at: true,
    started_at: true,
    completed_at: true,
    expires_at: true,
  })
  .meta({ id: "PreviewSummary" });
export type PreviewSummary = z.output<typeof previewSummary>;

export const requestedPreview = z
  .strictObject({
    job_id: id,
    preview_token: z.string(),
    preview_url: z.string(),
    status: z.enum(jobStatuses),
    queue: z.enum(previewQueues),
    expires_at: timestamp,
  })
  .meta({
    id: "RequestedPreview",
    description:
      "What whoever asked for a preview is answered. The link may be shared: it opens this preview and nothing else.",
  });
export type RequestedPreview = z.output<typeof requestedPreview>;

export const previewEvent = z
  .discriminatedUnion("type", [
    z
      .strictObject({ type: z.literal("progress"), status: z.enum(jobStatuses), progress: jobProgress.nullable() })
      .meta({ description: "It waits or is being built." }),
    z.strictObject({ type: z.literal("end"), status: z.enum(jobStatuses), error: jobError.nullable() }).meta({
      description:
        "It has ended; `previews.get` has the links. Nothing but `superseded` and `newer_failed` comes after it.",
    }),
    z
      .strictObject({ type: z.literal("superseded"), preview_url: z.string() })
      .meta({ description: "The project has a newer preview that is ready." }),
    z.strictObject({ type: z.literal("newer_failed"), preview_url: z.string() }).meta({
      description:
        "The project's newest preview has failed; the link opens its failure. Once a preview newer than that is ready, only `superseded` is told.",
    }),
  ])
  .meta({
    id: "PreviewEvent",
    description: "The first says how the preview stands, so a stream that was cut misses nothing that matters.",
  });
export type PreviewEvent = z.output<typeof previewEvent>;

export const previews = {
  request: mutation({
    rest: "POST /preview/request",
    summary:
      "Asks for a preview of a folder's files, or of the project's mirror. Files that are not stored yet come back as FILES_MISSING with upload URLs.",
    access: atLeast("Member", { of: "project", by: "project_id" }),
    rate: "preview_request",
    input: z
      .strictObject({
        project_id: id,
        files: fileListSchema({ max: maxManifestFiles })
          .refine((files) => files.length > 0, "names no file")
          .optional(),
        source: mirrorSource.optional(),
        entry: pathSchema.optional(),
        platform: z.enum(previewPlatforms).optional(),
        context: previewContext.optional(),
      })
      .superRefine(({ files, source }, context) => {
        if ((files === undefined) === (source === undefined))
          context.addIssue({ code: "custom", path: ["files"], message: "or `source` must be given, and not both" });
      }),
    output: requestedPreview,
    example: {
      input: { project_id: exampleIds.project, files: [exampleFile], context: { git_branch: "main" } },
      output: exampleRequested,
    },
    errors: ["CONFLICT", "FILES_MISSING", "QUOTA_EXCEEDED", "RATE_LIMITED"],
    status: 202,
    // 10,000 files are 1.4 MB of manifest.
    bodyLimitBytes: 16 * 1024 * 1024,
    // Each file that is said to be uploaded is looked for in storage.
    timeoutMs: 60_000,
  }),
  get: query({
    rest: "GET /preview/{id}",
    summary: "One preview: its state, and fresh links that live five minutes.",
    access: atLeastOrPreviewToken("Member", "id"),
    rate: "general",
    input: z.strictObject({ id }),
    output: preview,
    example: { input: { id: exampleIds.preview }, output: examplePreview },
    errors: [],
  }),
  list: query({
    rest: "GET /projects/{id}/previews",
    summary: "A project's previews, newest first.",
    access: atLeast("Member", { of: "project", by: "id" }),
    rate: "general",
    input: z.strictObject({ ...pageInput, id, status: z.enum(jobStatuses).optional() }),
    output: pageOf(previewSummary),
    example: {
      input: { id: exampleIds.project, status: "COMPLETED" },
      output: onlyPage([exampleSummary]),
    },
    errors: [],
  }),
  stream: subscription({
    rest: "GET /preview/{id}/stream",
    summary:
      "How a preview comes along, its end, and a word when the project has a newer one that is ready or has failed.",
    access: atLeastOrPreviewToken("Member", "id"),
    rate: "stream",
    input: z.strictObject({ id }),
    output: previewEvent,
    example: {
      input: { id: exampleIds.runningPreview },
      output: { type: "progress", status: "RUNNING", progress: exampleProgress },
    },
    errors: ["RATE_LIMITED"],
  }),
  cancel: mutation({
    rest: "POST /preview/{id}/cancel",
    summary: "Stops a preview that has not ended. Its link then opens nothing.",
    access: atLeast("Member", { of: "preview", by: "id" }),
    rate: "general",
    input: z.strictObject({ id }),
    output: z.strictObject({ job_id: id, status: z.enum(jobStatuses) }),
    example: {
      input: { id: exampleIds.runningPreview },
      output: { job_id: exampleIds.runningPreview, status: "CANCELLED" },
    },
    errors: ["CONFLICT"],
  }),
  retry: mutation({
    rest: "POST /preview/{id}/retry",
    summary: "Asks again for a preview that has ended: a new one of the same files, with a link of its own.",
    access: atLeast("Member", { of: "preview", by: "id" }),
    rate: "preview_request",
    input: z.strictObject({ id }),
    output: requestedPreview,
    example: { input: { id: exampleIds.preview }, output: exampleRequested },
    errors: ["CONFLICT", "FILES_MISSING", "QUOTA_EXCEEDED", "RATE_LIMITED"],
    status: 202,
    timeoutMs: 60_000,
  }),
};
