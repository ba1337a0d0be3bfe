import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "#dev/env.ts";
import { environment } from "#sdk-package/env.ts";
import { readPairs, type Instruction, type Stage } from "./dockerfile.ts";

/** Where a stage's files lie instead of at the root of an image. */
export interface StageFolder {
  /** In place of `/`. */
  root: string;
  /** The files that a COPY may take, by their paths from the repository's root. */
  context: readonly string[];
  /** Where other stages lie that files are copied from. One that is not named shares this folder, so that nothing has to be moved. */
  others?: Readonly<Record<string, string>>;
}

/** Variables whose values name folders of the image, as they are in a folder that stands for its root. */
export function inFolder(root: string, variables: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(variables).map(([name, value]) => [
    name,
    /^\/(data|hivesync)/.test(value) ? path.join(root, value) : value,
  ]);
  return Object.fromEntries(named) as Record<string, string>;
}

async function copyFromStage({ text }: Instruction, root: string | undefined, workdir: string): Promise<void> {
  if (root === undefined) return;
  const [from = "", to = ""] = text.split(" ");
  await cp(path.join(root, from), path.resolve(workdir, to), { recursive: true });
}

async function copy(instruction: Instruction, { context, others }: StageFolder, workdir: string): Promise<void> {
  const { text, flags } = instruction;
  const from = flags.find((flag) => flag.startsWith("from="))?.slice("from=".length);
  if (from !== undefined) return copyFromStage(instruction, others?.[from], workdir);
  const names = text.split(" ");
  const target = path.resolve(workdir, names.pop() ?? "");
  for (const name of names) {
    const files = context.filter((file) => file === name || file.startsWith(`${name}/`));
    if (files.length === 0) throw new Error(`COPY ${name}: there is nothing of that name`);
    for (const file of files) {
      // What a folder holds goes into the target; a file keeps its name below it.
      const place = file === name ? path.join(target, path.basename(file)) : path.join(target, file.slice(name.length));
      await mkdir(path.dirname(place), { recursive: true });
      await cp(path.join(repositoryRoot, file), place);
    }
  }
}

/**
 * Carries out what a stage of a Dockerfile says, in a folder: its WORKDIR, COPY and RUN instructions, word by word. Only what is asked of the
 * system rather than of us (packages of the distribution, owners of files) is left to `isSkipped`.
 *
 * @returns The folder where its commands work.
 */
export async function runStage(
  stage: Stage,
  folder: StageFolder,
  isSkipped: (command: string) => boolean = () => false,
): Promise<string> {
  let workdir = folder.root;
  const variables: Record<string, string> = {};
  for (const instruction of stage.instructions) {
    const { keyword, text } = instruction;
    if (keyword === "WORKDIR") {
      workdir = path.join(folder.root, text);
      await mkdir(workdir, { recursive: true });
    }
    if (keyword === "ENV") Object.assign(variables, inFolder(folder.root, readPairs(text)));
    if (keyword === "COPY") await copy(instruction, folder, workdir);
    if (keyword === "RUN" && !isSkipped(text)) await runCommand(text, workdir, variables);
  }
  return workdir;
}

async function runCommand(command: string, workdir: string, variables: Record<string, string>): Promise<void> {
  // As in the image, whose Node is that of this process: also for what is started by name.
  const searchPath = [path.dirname(process.execPath), environment.PATH ?? ""].join(path.delimiter);
  try {
    await promisify(execFile)("sh", ["-c", command], {
      cwd: workdir,
      env: {
        ...environment,
        ...variables,
        PATH: searchPath,
        CI: "true",
        NO_COLOR: "1",
        npm_config_prefer_offline: "true",
      },
      maxBuffer: 16 * 1_024 * 1_024,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`RUN ${command}\n${stdout}${stderr}`, { cause: error });
  }
}
