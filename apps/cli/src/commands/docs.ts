import type { WrittenDocs } from "@hivesync/sdk";
import { asUser } from "#account.ts";
import { chooseProject, type ChosenProject } from "#choose-project.ts";
import { usageError } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { countOf } from "#count-of.ts";
import { findFolder, type FoundFile } from "#find-folder.ts";
import { ProgressBar } from "#progress-bar.ts";

export interface DocsOptions {
  project?: string;
  lines?: LineRange;
  write?: boolean;
  replace?: boolean;
  explain?: boolean;
  summarize?: boolean;
}

/** Lines of a file, counted from 1, the last one included. */
export interface LineRange {
  line_start: number;
  line_end: number;
}

function jobTypeOf({ explain, summarize, write, replace }: DocsOptions): "document" | "explain" | "summarize" {
  if (explain && summarize) throw usageError("Give either --explain or --summarize.");
  if (!explain && !summarize) return "document";
  if (write || replace) throw usageError("--write and --replace are for comments, not for --explain or --summarize.");
  return explain ? "explain" : "summarize";
}

/** Documents a file: prints the diff of its comments or the Markdown about it, or writes the comments into it. */
export async function docs(file: string, options: DocsOptions, context: CliContext): Promise<void> {
  const job_type = jobTypeOf(options);
  const found = await findFolder(file);
  const { project, written } = await asUser(context, async () => {
    const chosen = await chooseProject(found.directory, { named: options.project, context });
    return { project: chosen, written: await write(context, { options, job_type, found, project_id: chosen.id }) };
  });
  const paths = options.write ? await context.hive.docs.apply(written, found) : [];
  tell(context, { written, project, paths, found, options });
}

async function write(
  { hive, output, signal }: CliContext,
  work: { options: DocsOptions; job_type: ReturnType<typeof jobTypeOf>; found: FoundFile; project_id: string },
): Promise<WrittenDocs> {
  const { options, job_type, found, project_id } = work;
  using bar = new ProgressBar(output);
  // Waited for here, as the bar is there until then.
  return await hive.docs.write({
    project_id,
    job_type,
    directory: found.directory,
    selection: [{ path: found.path, ...options.lines }],
    ...(options.replace ? { context: { replace: true } } : {}),
    signal,
    onProgress: bar.draw,
  });
}

interface Done {
  written: WrittenDocs;
  project: ChosenProject;
  paths: string[];
  found: FoundFile;
  options: DocsOptions;
}

function tell({ output }: CliContext, { written, project, paths, found, options }: Done): void {
  for (const note of written.notes) output.note(`Note: ${note}`);
  output.note(`Written by the engine: ${written.engine}`);
  const value = { ...written, written: paths, directory: found.directory, project };
  output.result(value, describe(written, { paths, options }));
}

function describe(
  { markdown, diff, edits = [] }: WrittenDocs,
  { paths, options }: Pick<Done, "paths" | "options">,
): string {
  if (options.explain || options.summarize) return markdown.trimEnd();
  if (!diff) return "Nothing to document: no comment was missing.";
  if (!options.write) return diff.trimEnd();
  return `Wrote ${countOf(edits.length, "comment")} into ${paths.join(", ")}`;
}
