import { asUser } from "#account.ts";
import { chooseProject } from "#choose-project.ts";
import type { CliContext } from "#context.ts";
import {
  commitOf,
  describePreview,
  isOpen,
  outcomeOf,
  outcomeStyles,
  shortIdOf,
  whenOf,
  type PreviewSummary,
} from "#describe-preview.ts";
import { findProjectFolder } from "#find-folder.ts";
import { findNewestPreviewId, withPreviewId, type PreviewOfProject } from "#find-preview.ts";
import { notePublished } from "#note-published.ts";
import { printable } from "#printable.ts";
import { ProgressBar } from "#progress-bar.ts";
import { showQrCode } from "#qr-code.ts";
import { drawTable } from "#table.ts";
import { cutToWidth } from "#text-width.ts";

export interface PreviewListOptions extends PreviewOfProject {
  status?: PreviewSummary["status"];
}

/** By which the list can be narrowed. */
export const previewStatuses = [
  "QUEUED",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
] as const satisfies PreviewSummary["status"][];

// As many as a terminal shows at once.
const mostListed = 20;
// So that a line fits into a terminal of 80 columns.
const longestBranch = 30;

export async function listPreviews(
  folder: string,
  { project: named, status }: PreviewListOptions,
  context: CliContext,
): Promise<void> {
  const { hive, output, signal } = context;
  const directory = await findProjectFolder(folder, { named, output });
  const { project, page } = await asUser(context, async () => {
    const project = await chooseProject(directory, { named, context, mayCreate: false });
    const narrowed = status === undefined ? {} : { status };
    const input = { id: project.id, limit: mostListed, ...narrowed };
    return { project, page: await hive.api.previews.list.query(input, { signal }) };
  });
  const { items } = page;
  const nothing = status === undefined ? "No previews yet." : `No preview is ${status}.`;
  output.result({ project, items }, items.length === 0 ? nothing : drawPreviews(items, context));
  if (items.length === 0) return;
  if (page.has_more) output.note(`There are more: these are the newest ${mostListed}.`);
  output.note("\nAll of one, with its link:  hivesync previews show <id>");
  if (items.every((preview) => isOpen(outcomeOf(preview)))) return;
  output.note("One of them again:          hivesync previews retry <id>");
}

/** A line for each preview, and below one that failed why it did. */
function drawPreviews(previews: readonly PreviewSummary[], { output }: CliContext): string {
  const titles = ["ID", "STATUS", "COMMIT", "WHEN"].map((text) => ({ text, style: "bold" as const }));
  const rows = previews.map((preview) => {
    const outcome = outcomeOf(preview);
    return [
      { text: shortIdOf(preview.job_id) },
      { text: outcome, style: outcomeStyles[outcome] },
      { text: commitOf(preview, longestBranch) },
      { text: whenOf(preview.created_at) },
    ];
  });
  const lines = drawTable([titles, ...rows], (style, text) => output.style(style, text, process.stdout));
  const [head = "", ...drawn] = lines;
  const withReasons = drawn.map((line, index) => {
    const [reason] = previews[index]?.error?.message.split("\n", 1) ?? [];
    return reason === undefined ? line : `${line}\n${cutToWidth(`  ${printable(reason)}`, output.width)}`;
  });
  return [head, ...withReasons].join("\n");
}

/** Tells all of one preview, the newest one unless another is named. */
export async function showPreview(
  id: string | undefined,
  options: PreviewOfProject,
  context: CliContext,
): Promise<void> {
  const { hive, output, signal } = context;
  const preview = await asUser(context, async () => {
    const work = (found: string) => hive.api.previews.get.query({ id: found }, { signal });
    if (id !== undefined) return withPreviewId(id, options, { context, work });
    return work(await findNewestPreviewId(options, context));
  });
  const { link, text } = describePreview(preview);
  if (link !== undefined && output.isTerminal) showQrCode(link, output);
  output.result(preview, text);
}

export async function cancelPreview(id: string, options: PreviewOfProject, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const work = (found: string) => hive.api.previews.cancel.mutate({ id: found }, { signal });
  const cancelled = await asUser(context, () => withPreviewId(id, options, { context, work }));
  output.result(cancelled, `Cancelled: ${cancelled.job_id}`);
}

export interface RetryOptions extends PreviewOfProject {
  wait: boolean;
}

/** Asks again for a preview, and ends as the new one does. */
export async function retryPreview(id: string, { wait, ...options }: RetryOptions, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const work = async (job_id: string) => {
    using bar = new ProgressBar(output);
    return await hive.previews.retry({ job_id, wait, cancelOnAbort: true, signal, onProgress: bar.draw });
  };
  const published = await asUser(context, () => withPreviewId(id, options, { context, work }));
  notePublished(published, output);
  output.result(published, published.preview_url);
}
