import type { HiveSyncApi } from "@hivesync/sdk";
import { asUser } from "#account.ts";
import { chooseProject, type ChosenProject } from "#choose-project.ts";
import { CliError, exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { findProjectFolder } from "#find-folder.ts";

type Task = Awaited<ReturnType<HiveSyncApi["tasks"]["get"]["query"]>>;

/** The options of every command about a project's tasks. */
export interface TaskOptions {
  project?: string;
}

export interface ListOptions extends TaskOptions {
  status?: Task["status"];
}

/** By which a list can be narrowed. */
export const taskStatuses = ["OPEN", "IN_PROGRESS", "BLOCKED", "DONE"] as const satisfies Task["status"][];

/** A task with its number: 1 is the first that the project ever had, so that a new one moves none of the others. */
type NumberedTask = Task & { number: number };

export async function listTasks(options: ListOptions, context: CliContext): Promise<void> {
  const { project, tasks } = await inProject(options, context, async (project) => ({
    project,
    tasks: await readTasks(project.id, context),
  }));
  const shown = options.status === undefined ? tasks : tasks.filter((task) => task.status === options.status);
  const nothing = options.status === undefined ? "No tasks yet." : `No task is ${options.status}.`;
  const text = shown.length === 0 ? nothing : shown.map((task) => describe(task, tasks.length)).join("\n");
  context.output.result({ project, items: shown }, text);
}

export async function addTask(title: string, options: TaskOptions, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const directory = await findProjectFolder(".", { named: options.project, output });
  const { project, task } = await asUser(context, async () => {
    const project = await chooseProject(directory, { named: options.project, context });
    return { project, task: await hive.api.tasks.create.mutate({ id: project.id, title }, { signal }) };
  });
  output.result(
    { project, task },
    `Added ${JSON.stringify(task.title)} to ${JSON.stringify(project.name)}: ${task.id}`,
  );
}

export async function completeTask(idOrNumber: string, options: TaskOptions, context: CliContext): Promise<void> {
  const { hive, output, signal } = context;
  const complete = (id: string) => hive.api.tasks.update.mutate({ id, status: "DONE" }, { signal });
  const task = /^\d+$/u.test(idOrNumber)
    ? await inProject(options, context, async (project) => complete(await findByNumber(idOrNumber, project, context)))
    : await asUser(context, () => complete(idOrNumber));
  output.result({ task }, `Done: ${task.title}`);
}

async function inProject<Result>(
  { project: named }: TaskOptions,
  context: CliContext,
  work: (project: ChosenProject) => Promise<Result>,
): Promise<Result> {
  const directory = await findProjectFolder(".", { named, output: context.output });
  return asUser(context, async () => work(await chooseProject(directory, { named, context, mayCreate: false })));
}

/** All tasks, newest first. */
async function readTasks(projectId: string, { hive, signal }: CliContext): Promise<NumberedTask[]> {
  const tasks: Task[] = [];
  let cursor: string | undefined;
  do {
    const input = { id: projectId, limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await hive.api.tasks.list.query(input, { signal });
    tasks.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return tasks.map((task, index) => ({ number: tasks.length - index, ...task }));
}

async function findByNumber(number: string, project: ChosenProject, context: CliContext): Promise<string> {
  const tasks = await readTasks(project.id, context);
  const task = tasks.find((one) => one.number === Number(number));
  if (task) return task.id;
  const message = `${JSON.stringify(project.name)} has no task ${number}. \`hivesync tasks\` shows the numbers.`;
  throw new CliError(message, { code: "NOT_FOUND", exitCode: exitCodes.failure });
}

function describe({ number, status, title }: NumberedTask, largest: number): string {
  return `${String(number).padStart(String(largest).length)}  ${status.padEnd("IN_PROGRESS".length)}  ${title}`;
}
