import type { PublishedPreview } from "@hivesync/sdk";
import { holdsPreviewStart } from "@hivesync/sdk/internal/previews/preview-starts";
import { createDirectorySource } from "@hivesync/sdk/node";
import { asUser } from "#account.ts";
import { CliError, exitCodes, usageError } from "#cli-error.ts";
import { chooseProject, type ChosenProject } from "#choose-project.ts";
import type { CliContext } from "#context.ts";
import { countOf } from "#count-of.ts";
import { findProjectFolder, noteOwnPackage } from "#find-folder.ts";
import { notePublished } from "#note-published.ts";
import { ProgressBar } from "#progress-bar.ts";
import { readPreviewChoices, readProjectFile, type PreviewChoices } from "#project-file.ts";
import { watchFolder } from "./watch-folder.ts";

export interface PreviewOptions extends PreviewChoices {
  project?: string;
  wait: boolean;
  watch?: boolean;
}

export async function preview(folder: string, options: PreviewOptions, context: CliContext): Promise<number | void> {
  const { hive, output, signal } = context;
  if (options.watch && !options.wait) throw usageError("--watch shows how each preview ends: leave --no-wait out.");
  const directory = await findProjectFolder(folder, { named: options.project, output });
  await noteOwnPackage(folder, directory, output);
  if (options.project === undefined) await requireContents(directory, options, context);
  const { project, choices } = await asUser(context, () => prepare(directory, options, context));
  if (options.watch) return watchFolder({ directory, project, choices }, context);
  const published = await asUser(context, async () => {
    using bar = new ProgressBar(output);
    const order = { project_id: project.id, directory, ...choices, wait: options.wait, cancelOnAbort: true };
    return await hive.previews.publish({ ...order, signal, onProgress: bar.draw });
  });
  noteLeftOut(published, context);
  const { uploaded, preview_url } = published;
  output.note(
    uploaded.files === 0
      ? "Nothing new to upload."
      : `Uploaded ${countOf(uploaded.files, "file")} (${countOf(uploaded.bytes, "byte")}).`,
  );
  notePublished(published, output);
  output.result({ ...published, project }, preview_url);
}

/** A folder that has no project yet gets one only when it may hold something to preview. @throws LocalFileError, CliError */
async function requireContents(directory: string, { entry }: PreviewOptions, context: CliContext): Promise<void> {
  if ((await readProjectFile(directory)) !== undefined) return;
  const listing = await createDirectorySource(directory).list({ signal: context.signal });
  // One that is named may be of any kind.
  if (entry !== undefined || holdsPreviewStart(listing.files.map((file) => file.path))) return;
  noteLeftOut(listing, context);
  const message = `${directory} holds nothing to preview: no page (.html) and no script (.js, .ts, .jsx, .tsx, .vue, .svelte). If it starts from another file, name that with --entry.`;
  throw new CliError(message, { code: "LOCAL_FILE", exitCode: exitCodes.failure });
}

async function prepare(
  directory: string,
  { project: named, entry, platform }: PreviewOptions,
  context: CliContext,
): Promise<{ project: ChosenProject; choices: PreviewChoices }> {
  const project = await chooseProject(directory, { named, context });
  // A project that was named may have nothing to do with the folder's file.
  const remembered = named === undefined ? await readPreviewChoices(directory) : {};
  const given = { ...(entry === undefined ? {} : { entry }), ...(platform === undefined ? {} : { platform }) };
  return { project, choices: { ...remembered, ...given } };
}

function noteLeftOut(
  { secrets, skipped }: Pick<PublishedPreview, "secrets" | "skipped">,
  { output }: CliContext,
): void {
  if (secrets.length > 0) output.note(`Left out, as they look like secrets: ${secrets.join(", ")}`);
  for (const entry of skipped) output.note(`Left out: ${entry.path} ${entry.reason}`);
}
