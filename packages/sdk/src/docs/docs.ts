import type { AiEdit } from "@hivesync/contracts/jobs/ai-result";
import type { AiJob, AiJobType } from "@hivesync/contracts/resources/ai";
import { toTrpc, type CallOptions } from "#call-options.ts";
import { ProgressReporter } from "#jobs/progress-reporter.ts";
import { sendFiles, type RequestCall, type SendDeps } from "#jobs/send-files.ts";
import { jobFailure, waitForJob } from "#jobs/wait-for-job.ts";
import { createMemorySource, type FileSource } from "#previews/file-source.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";
import type { DocsPhase, DocsProgress } from "./docs-progress.ts";
import { chooseFiles, type ChosenFiles, type DocsListing, type DocsSource } from "./docs-source.ts";
import { readResult } from "./read-result.ts";

/**
 * A file to write about, or these lines of it.
 *
 * @example
 * const selected: DocsSelection = { path: "src/cart.ts", line_start: 10, line_end: 42 };
 */
export interface DocsSelection {
  /** Relative, separated by `/`. */
  path: string;
  /** From 1; the first unless given. */
  line_start?: number | undefined;
  /** Included; the last unless given, and where it lies behind it. */
  line_end?: number | undefined;
}

/**
 * What is to be written, and about what.
 *
 * @example
 * const options: DocsOptions = { project_id, job_type: "document", selection: [{ path: "src/cart.ts" }] };
 */
export interface DocsOptions extends CallOptions {
  project_id: string;
  /** `document` writes comments into the files; the others write Markdown about them. */
  job_type: AiJobType;
  /** At most 100 files, each once. */
  selection: readonly DocsSelection[];
  context?: {
    /** Paths of further files that help to understand the selection. */
    files?: readonly string[] | undefined;
    /** Whether comments that are there may be replaced. They are kept unless it is `true`. */
    replace?: boolean | undefined;
  };
  onProgress?: ((progress: DocsProgress) => void) | undefined;
}

/**
 * Where the files are: a source, or texts by their paths.
 *
 * @example
 * const from: DocsFiles = { files: { "src/cart.ts": document.getText() } };
 */
export interface DocsFiles {
  files: FileSource | Readonly<Record<string, string>>;
}

/**
 * A file with its new comments.
 *
 * @example
 * const replaceIn = (editor: Editor, { path, text }: DocumentedFile) => editor.setText(path, text);
 */
export interface DocumentedFile {
  path: string;
  /** All of the file as it is then. */
  text: string;
  /** SHA-256 of the file that this was written from. */
  base_sha256: string;
}

/**
 * What a documentation job wrote.
 *
 * @example
 * const { markdown, engine }: WrittenDocs = await hive.docs.write({ project_id, job_type: "explain", files, selection });
 */
export interface WrittenDocs {
  job_id: string;
  /** Who wrote it: `static` is no model. */
  engine: string;
  /** For reading. Of a `document` job a report of what was written where. */
  markdown: string;
  /** What was left out, and why. */
  notes: string[];
  /** Of a `document` job: its changes, each by the file's lines as they were. */
  edits?: AiEdit[] | undefined;
  /** The same as a unified diff, which `git apply` takes. */
  diff?: string | undefined;
  /** The changed files as they are then. */
  files?: DocumentedFile[];
  /** What had to be sent; the rest was stored already. */
  uploaded: { files: number; bytes: number };
}

/**
 * A documentation job that was accepted and not waited for: `hive.api.ai.get` tells of it.
 *
 * @example
 * const { job_id }: SubmittedDocs = await hive.docs.write({ project_id, job_type: "readme", files, selection, wait: false });
 */
export interface SubmittedDocs {
  job_id: string;
  status: AiJob["status"];
  queue: AiJob["queue"];
  uploaded: { files: number; bytes: number };
}

/**
 * Writes documentation of files.
 *
 * @example
 * const files = { "src/cart.ts": "export const total = (a: number, b: number) => a + b;" };
 * const { diff } = await hive.docs.write({ project_id, job_type: "document", files, selection: [{ path: "src/cart.ts" }] });
 */
export interface HiveSyncDocs {
  /**
   * Has documentation written of the selection: what is not stored yet is uploaded, then the job is done. Only the selected files and those of
   * `context` are sent. With `wait: false` the answer comes when the job is accepted.
   *
   * @throws HiveSyncError AI_JOB_FAILED, QUOTA_EXCEEDED, RATE_LIMITED, VALIDATION_ERROR, NOT_FOUND; NetworkError, TimeoutError;
   * TypeError when a named file is not among `files`.
   *
   * @example
   * const { markdown } = await hive.docs.write({ project_id, job_type: "explain", files, selection: [{ path: "src/cart.ts", line_start: 10 }] });
   */
  write(options: DocsOptions & DocsFiles & { wait: false }): Promise<SubmittedDocs>;
  write(options: DocsOptions & DocsFiles & { wait?: true }): Promise<WrittenDocs>;
}

interface DocsDeps extends SendDeps {
  api: HiveSyncApi;
}

type AnyOptions = DocsOptions & { wait?: boolean };
type SomeDocs = SubmittedDocs | WrittenDocs;

export function createDocs(deps: DocsDeps): HiveSyncDocs {
  const write = ({ files, ...options }: AnyOptions & DocsFiles): Promise<SomeDocs> =>
    writeDocs(deps, options, isSource(files) ? files : createMemorySource(files));
  return { write: write as HiveSyncDocs["write"] };
}

function isSource(files: DocsFiles["files"]): files is FileSource {
  return typeof files["list"] === "function";
}

async function writeDocs(deps: DocsDeps, options: AnyOptions, source: DocsSource): Promise<SomeDocs> {
  const { wait = true, signal } = options;
  const progress = new ProgressReporter<DocsPhase>(options.onProgress);
  let chosen: ChosenFiles = { selection: [], context: [] };
  const toRequest = (listing: DocsListing) => {
    chosen = chooseFiles(listing, options);
    return requestOf(deps.api, options, chosen);
  };
  const { accepted, uploaded } = await sendFiles(deps, { source, toRequest, progress, signal });
  progress.report({ phase: "queued", ratio: 0 });
  if (!wait) return { ...accepted, uploaded };
  const read = () => deps.api.ai.get.query({ id: accepted.job_id }, toTrpc({ signal }));
  const job = await waitForJob(accepted, { read, signal, onJob: (now) => reportJob(progress, now) });
  if (job.status !== "COMPLETED") {
    throw jobFailure(job, { code: "AI_JOB_FAILED", message: "The documentation job was cancelled." });
  }
  const { files, ...result } = await readResult(deps, job, { readAgain: read, signal });
  progress.report({ phase: "done", ratio: 1 });
  return { job_id: accepted.job_id, ...result, ...(files ? { files: withBases(files, chosen) } : {}), uploaded };
}

function requestOf(api: HiveSyncApi, options: DocsOptions, { selection, context }: ChosenFiles) {
  const { project_id, job_type } = options;
  const replace = options.context?.replace;
  const around = {
    ...(context.length === 0 ? {} : { files: context }),
    ...(replace === undefined ? {} : { replace }),
  };
  const told = Object.keys(around).length === 0 ? {} : { context: around };
  const input = { project_id, job_type, selection, ...told };
  return { files: [...selection, ...context], ask: (call: RequestCall) => api.ai.submit.mutate(input, call) };
}

function reportJob(reporter: ProgressReporter<DocsPhase>, { progress }: Pick<AiJob, "progress">): void {
  if (!progress) return;
  reporter.report({ phase: progress.phase === "uploading" ? "saving" : progress.phase, ratio: progress.ratio });
}

/** Only what was selected is ours to change, whatever an answer names. */
function withBases(files: readonly { path: string; text: string }[], { selection }: ChosenFiles): DocumentedFile[] {
  const bases = new Map(selection.map(({ path, sha256 }) => [path, sha256]));
  return files.flatMap(({ path, text }) => {
    const base_sha256 = bases.get(path);
    return base_sha256 === undefined ? [] : [{ path, text, base_sha256 }];
  });
}
