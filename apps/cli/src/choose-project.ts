import path from "node:path";
import { isHiveSyncError } from "@hivesync/sdk";
import { CliError, exitCodes, usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { projectFileName, readProjectFile, writeProjectFile } from "./project-file.ts";
import { wholeId } from "./whole-id.ts";

export interface ChosenProject {
  id: string;
  name: string;
  /** Whether it was made just now. */
  created: boolean;
}

// The contract's limit for a project's name.
const maxNameLength = 120;

/**
 * The project of a folder: the one that was named, else the one that the folder remembers, else a new one that is remembered from now on,
 * unless there must be one already.
 */
export async function chooseProject(
  directory: string,
  { named, context, mayCreate = true }: { named: string | undefined; context: CliContext; mayCreate?: boolean },
): Promise<ChosenProject> {
  if (named !== undefined) return wholeId.test(named) ? getProject(named, context) : findByName(named, context);
  const remembered = await readProjectFile(directory);
  if (remembered !== undefined) return getRemembered(remembered, { directory, context });
  if (mayCreate) return createFor(directory, context);
  const message = `${directory} has no project yet. Make one with \`hivesync preview\`, or give --project.`;
  throw new CliError(message, { code: "NOT_FOUND", exitCode: exitCodes.failure });
}

async function getProject(id: string, { hive, signal }: CliContext): Promise<ChosenProject> {
  const { name } = await hive.api.projects.get.query({ id }, { signal });
  return { id, name, created: false };
}

async function getRemembered(
  id: string,
  { directory, context }: { directory: string; context: CliContext },
): Promise<ChosenProject> {
  try {
    return await getProject(id, context);
  } catch (error) {
    if (!isHiveSyncError(error, "NOT_FOUND") && !isHiveSyncError(error, "VALIDATION_ERROR")) throw error;
    const file = path.join(directory, projectFileName);
    const message = `The project in ${file} is not one of yours at ${context.hive.baseUrl}. Delete the file to make a new one, or give --project.`;
    throw new CliError(message, { code: "NOT_FOUND", exitCode: exitCodes.failure });
  }
}

async function findByName(name: string, { hive, signal }: CliContext): Promise<ChosenProject> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await hive.api.projects.list.query({ limit: 100, ...(cursor ? { cursor } : {}) }, { signal });
    found.push(...page.items.filter((project) => project.name === name).map((project) => project.id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  const [id, ...others] = found;
  if (id === undefined) {
    const message = `You have no project named ${JSON.stringify(name)}. Without --project one is made with the folder's name.`;
    throw new CliError(message, { code: "NOT_FOUND", exitCode: exitCodes.failure });
  }
  if (others.length > 0) throw usageError(`Several projects have that name. Give one's id: ${found.join(", ")}`);
  return { id, name, created: false };
}

async function createFor(directory: string, { hive, output, signal }: CliContext): Promise<ChosenProject> {
  const name =
    path
      .basename(directory)
      .replaceAll(/\p{Cc}/gu, "")
      .trim()
      .slice(0, maxNameLength) || "Untitled";
  const { id } = await hive.api.projects.create.mutate({ name }, { signal });
  const isRemembered = await writeProjectFile(directory, id).then(
    () => true,
    () => false,
  );
  const next = isRemembered
    ? `${projectFileName} in the folder remembers it.`
    : `${projectFileName} cannot be written there: give --project ${id} from now on.`;
  output.note(`Made the project ${JSON.stringify(name)}; ${next}`);
  return { id, name, created: true };
}
