import { isHiveSyncError } from "@hivesync/sdk";
import { chooseProject, type ChosenProject } from "./choose-project.ts";
import { CliError, exitCodes, usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { findProjectFolder } from "./find-folder.ts";
import { wholeId } from "./whole-id.ts";

/** The options of every command about one preview. */
export interface PreviewOfProject {
  /** Where it is looked for when it is not named by its whole id, unless that is the folder's project. */
  project?: string;
}

const beginningOfId = /^[0-9a-f][0-9a-f-]{0,35}$/iu;
const hint = "`hivesync previews` shows them.";

/** Does `work` with the whole id of a preview that is named by it, or by its beginning. A project's id is told apart from one of nothing. */
export async function withPreviewId<Result>(
  given: string,
  options: PreviewOfProject,
  { context, work }: { context: CliContext; work: (id: string) => Promise<Result> },
): Promise<Result> {
  const id = await findPreviewId(given, options, context);
  return work(id).catch(async (error: unknown) => {
    throw (isHiveSyncError(error, "NOT_FOUND") && (await describeProject(id, context))) || error;
  });
}

/** That an id is a project's, and what to do with it; `undefined` where it is no project's that the user may see. */
async function describeProject(id: string, { hive, signal }: CliContext): Promise<CliError | undefined> {
  // What could not be found out here is no help: there is an error already.
  const project = await hive.api.projects.get.query({ id }, { signal }).catch(() => undefined);
  if (project === undefined) return undefined;
  return notFound(
    `${id} is the id of the project ${JSON.stringify(project.name)}, not of a preview. \`hivesync previews --project ${id}\` shows its previews.`,
  );
}

async function findPreviewId(
  given: string,
  { project: named }: PreviewOfProject,
  context: CliContext,
): Promise<string> {
  if (wholeId.test(given)) return given;
  if (!beginningOfId.test(given)) throw usageError(`${JSON.stringify(given)} is no preview's id. ${hint}`);
  const project = await projectHere(named, context);
  const [id, ...others] = await idsThatBeginWith(given.toLowerCase(), project, context);
  if (id === undefined) throw notFound(`${JSON.stringify(project.name)} has no preview ${given}. ${hint}`);
  if (others.length > 0) {
    throw usageError(`Several previews begin so. Give more of one's id: ${[id, ...others].join(", ")}`);
  }
  return id;
}

/** The id of the project's newest preview. */
export async function findNewestPreviewId({ project: named }: PreviewOfProject, context: CliContext): Promise<string> {
  const { hive, signal } = context;
  const project = await projectHere(named, context);
  const { items } = await hive.api.previews.list.query({ id: project.id, limit: 1 }, { signal });
  const [newest] = items;
  if (newest === undefined) throw notFound(`${JSON.stringify(project.name)} has no previews yet.`);
  return newest.job_id;
}

async function projectHere(named: string | undefined, context: CliContext): Promise<ChosenProject> {
  const directory = await findProjectFolder(".", { named, output: context.output });
  return chooseProject(directory, { named, context, mayCreate: false });
}

/** Ids begin with the time, and the newest come first: those that begin alike stand together. */
async function idsThatBeginWith(
  beginning: string,
  project: ChosenProject,
  { hive, signal }: CliContext,
): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const input = { id: project.id, limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await hive.api.previews.list.query(input, { signal });
    const ids = page.items.map(({ job_id }) => job_id);
    found.push(...ids.filter((id) => id.startsWith(beginning)));
    const mayGoOn = found.length === 0 || found.at(-1) === ids.at(-1);
    cursor = mayGoOn ? (page.next_cursor ?? undefined) : undefined;
  } while (cursor !== undefined);
  return found;
}

function notFound(message: string): CliError {
  return new CliError(message, { code: "NOT_FOUND", exitCode: exitCodes.failure });
}
