import { readFile } from "node:fs/promises";
import path from "node:path";
import { createDirectorySource } from "@hivesync/sdk/node";
import { asUser } from "#account.ts";
import { chooseProject } from "#choose-project.ts";
import { usageError } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { countOf } from "#count-of.ts";
import {
  platforms,
  projectFileName,
  readPreviewChoices,
  writeProjectFile,
  type Platform,
  type PreviewChoices,
} from "#project-file.ts";
import { ask, canAsk } from "#prompt.ts";
import { requireFolder } from "#find-folder.ts";

export interface InitOptions extends PreviewChoices {
  project?: string;
}

/** Makes a folder's hivesync.json: its project, and what its previews start from and are built for. */
export async function init(folder: string, options: InitOptions, context: CliContext): Promise<void> {
  const { output, signal } = context;
  const directory = await requireFolder(folder);
  const listing = await createDirectorySource(directory).list({ signal });
  const paths = listing.files.map((file) => file.path);
  const before = options.project === undefined ? await readPreviewChoices(directory) : {};
  const choices = await choose({ ...before, ...options }, { directory, paths, context });
  const project = await asUser(context, () => chooseProject(directory, { named: options.project, context }));
  await writeProjectFile(directory, project.id, choices);

  const file = path.join(directory, projectFileName);
  output.note(`${countOf(listing.files.length, "file")} will be published.`);
  if (listing.secrets.length > 0) output.note(`Left out, as they look like secrets: ${listing.secrets.join(", ")}`);
  for (const entry of listing.skipped) output.note(`Left out: ${entry.path} ${entry.reason}`);
  output.note(
    "What .gitignore and .hivesyncignore name is left out too: write lines as in .gitignore into .hivesyncignore, and !name to bring something back.",
  );
  output.note("Next: `hivesync preview`, or `hivesync preview --watch` for a preview at each save.");
  output.result({ file, project, ...choices, files: listing.files.length }, file);
}

interface Folder {
  directory: string;
  paths: readonly string[];
  context: CliContext;
}

/** What was given or is remembered stands; the rest is asked for where somebody can answer. */
async function choose({ entry, platform }: InitOptions, folder: Folder): Promise<PreviewChoices> {
  const { paths, directory, context } = folder;
  const chosenPlatform = platform ?? (await choosePlatform(directory, context));
  const chosenEntry = entry ?? (canAsk() && !context.output.json ? await askForEntry(context) : undefined);
  if (chosenEntry !== undefined && !paths.includes(chosenEntry))
    throw usageError(`There is no file ${chosenEntry} among those that are published.`);
  return {
    ...(chosenEntry === undefined ? {} : { entry: chosenEntry }),
    ...(chosenPlatform === undefined ? {} : { platform: chosenPlatform }),
  };
}

async function askForEntry({ signal }: CliContext): Promise<string | undefined> {
  const answer = (await ask("File that previews start from (Enter: found by itself): ", signal)).trim();
  return answer === "" ? undefined : answer;
}

/** Only apps for phones are built for one of several; all else is for the web anyway. */
async function choosePlatform(directory: string, { output, signal }: CliContext): Promise<Platform | undefined> {
  if (!(await isNative(directory))) return undefined;
  if (!canAsk() || output.json) return undefined;
  const answer = (await ask(`A React Native app. Built for ${platforms.join(", ")} (Enter: ios): `, signal)).trim();
  const chosen = platforms.find((platform) => platform === (answer === "" ? "ios" : answer.toLowerCase()));
  if (chosen === undefined) throw usageError(`${JSON.stringify(answer)} is none of ${platforms.join(", ")}.`);
  return chosen;
}

async function isNative(directory: string): Promise<boolean> {
  try {
    const text = await readFile(path.join(directory, "package.json"), "utf8");
    const { dependencies } = JSON.parse(text) as { dependencies?: Record<string, unknown> };
    return ["react-native", "expo"].some((name) => Object.hasOwn(dependencies ?? {}, name));
  } catch {
    // Without one that can be read it is a page, as far as anybody knows; the build says more.
    return false;
  }
}
