import type { AiEdit, AiResult } from "@hivesync/contracts/jobs/ai-result";
import type { ManifestFile } from "@hivesync/contracts/paths";
import type { AiJob, AiJobType } from "@hivesync/contracts/resources/ai";
import { toTrpc, type CallOptions } from "#call-options.ts";
import { ProgressReporter } from "#jobs/progress-reporter.ts";
import { sendFiles, type RequestCall, type SendDeps } from "#jobs/send-files.ts";
import { jobFailure, waitForJob } from "#jobs/wait-for-job.ts";
import { createMemorySource, type FileSource } from "#previews/file-source.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";
import type { DocsPhase, DocsProgress } from "./docs-progress.ts";
import { chooseFiles, linesOf, type ChosenFiles, type DocsListing, type DocsSource } from "./docs-source.ts";
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
 * What a documentation job wrote about files of the mirror. They are not here to be compared, so what is to be changed is told and not applied:
 * `git apply` takes `diff`.
 *
 * @example
 * const { diff, notes }: MirrorDocs = await hive.docs.writeMirror({ project_id, job_type: "document", selection });
 */
export interface MirrorDocs extends Omit<WrittenDocs, "files"> {
  /** The changed files as they are then. */
  files?: Omit<DocumentedFile, "base_sha256">[];
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
  /**
   * As {@link HiveSyncDocs.write}, of files of the project's mirror, as `hive.repos.sync` has brought them: nothing is read here and nothing
   * uploaded.
   *
   * @throws HiveSyncError CONFLICT when the project has no mirror yet, VALIDATION_ERROR when it holds a named file not; else as
   * {@link HiveSyncDocs.write} does.
   *
   * @example
   * const { markdown } = await hive.docs.writeMirror({ project_id, job_type: "readme", selection: [{ path: "src/cart.ts" }] });
   */
  writeMirror(options: DocsOptions & { wait: false }): Promise<SubmittedDocs>;
  writeMirror(options: DocsOptions & { wait?: true }): Promise<MirrorDocs>;
}

interface DocsDeps extends SendDeps {
  api: HiveSyncApi;
}

type AnyOptions = DocsOptions & { wait?: boolean };
type Accepted = Awaited<ReturnType<HiveSyncApi["ai"]["submit"]["mutate"]>>;

export function createDocs(deps: DocsDeps): HiveSyncDocs {
  const write = ({ files, ...options }: AnyOptions & DocsFiles): Promise<SubmittedDocs | WrittenDocs> =>
    writeDocs(deps, options, isSource(files) ? files : createMemorySource(files));
  const writeMirror = (options: AnyOptions): Promise<SubmittedDocs | MirrorDocs> => writeDocsOfMirror(deps, options);
  return { write: write as HiveSyncDocs["write"], writeMirror: writeMirror as HiveSyncDocs["writeMirror"] };
}

function isSource(files: DocsFiles["files"]): files is FileSource {
  return typeof files["list"] === "function";
}

async function writeDocs(
  deps: DocsDeps,
  options: AnyOptions,
  source: DocsSource,
): Promise<SubmittedDocs | WrittenDocs> {
  const { signal } = options;
  const progress = new ProgressReporter<DocsPhase>(options.onProgress);
  let chosen: ChosenFiles = { selection: [], context: [] };
  const toRequest = (listing: DocsListing) => {
    chosen = chooseFiles(listing, options);
    return requestOf(deps.api, options, chosen);
  };
  const { accepted, uploaded } = await sendFiles(deps, { source, toRequest, progress, signal });
  const result = await followDocs(deps, accepted, { options, progress });
  if (!result) return { ...accepted, uploaded };
  const { files, ...words } = result;
  return { job_id: accepted.job_id, ...words, ...(files ? { files: withBases(files, chosen) } : {}), uploaded };
}

async function writeDocsOfMirror(deps: DocsDeps, options: AnyOptions): Promise<SubmittedDocs | MirrorDocs> {
  const progress = new ProgressReporter<DocsPhase>(options.onProgress, "queued");
  const selection = options.selection.map((selected) => ({ path: selected.path, ...linesOf(selected) }));
  const context = (options.context?.files ?? []).map((path) => ({ path }));
  const input = { ...inputOf(options, { selection, context }), source: { mirror: true as const } };
  const accepted = await deps.api.ai.submit.mutate(input, toTrpc(options));
  const result = await followDocs(deps, accepted, { options, progress });
  const uploaded = { files: 0, bytes: 0 };
  if (!result) return { ...accepted, uploaded };
  const { files, ...words } = result;
  return { job_id: accepted.job_id, ...words, ...(files ? { files } : {}), uploaded };
}

/** What the job wrote, once it has; undefined where nobody waits for that. */
async function followDocs(
  deps: DocsDeps,
  accepted: Accepted,
  { options, progress }: { options: AnyOptions; progress: ProgressReporter<DocsPhase> },
): Promise<AiResult | undefined> {
  const { wait = true, signal } = options;
  progress.report({ phase: "queued", ratio: 0 });
  if (!wait) return undefined;
  const read = () => deps.api.ai.get.query({ id: accepted.job_id }, toTrpc({ signal }));
  const job = await waitForJob(accepted, { read, signal, onJob: (now) => reportJob(progress, now) });
  if (job.status !== "COMPLETED") {
    throw jobFailure(job, { code: "AI_JOB_FAILED", message: "The documentation job was cancelled." });
  }
  const result = await readResult(deps, job, { readAgain: read, signal });
  progress.report({ phase: "done", ratio: 1 });
  return result;
}

/** Files as a job is told of them: of the mirror by their paths alone. */
interface ToldFiles<File> {
  selection: File[];
  context: File[];
}

function inputOf<File>({ project_id, job_type, context }: DocsOptions, files: ToldFiles<File>) {
  const replace = context?.replace;
  const around = {
    ...(files.context.length === 0 ? {} : { files: files.context }),
    ...(replace === undefined ? {} : { replace }),
  };
  const told = Object.keys(around).length === 0 ? {} : { context: around };
  return { project_id, job_type, selection: files.selection, ...told };
}

function requestOf(api: HiveSyncApi, options: DocsOptions, chosen: ChosenFiles) {
  const input = inputOf<ManifestFile>(options, chosen);
  const files = [...chosen.selection, ...chosen.context];
  return { files, ask: (call: RequestCall) => api.ai.submit.mutate(input, call) };
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
