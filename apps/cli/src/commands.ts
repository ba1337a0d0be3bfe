import { InvalidArgumentError, Option, type Command } from "commander";
import { addCommand, withCommonOptions, type InContext } from "./add-command.ts";
import type { AccountOptions } from "./account.ts";
import { desktopLogs, desktopStart, desktopStatus } from "./commands/desktop.ts";
import { docs, type DocsOptions, type LineRange } from "./commands/docs.ts";
import { login, type LoginOptions } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { notifications, type NotificationOptions } from "./commands/notifications.ts";
import { register } from "./commands/register.ts";
import { status } from "./commands/status.ts";
import { sync, type SyncOptions } from "./commands/sync.ts";
import {
  addTask,
  completeTask,
  listTasks,
  taskStatuses,
  type ListOptions,
  type TaskOptions,
} from "./commands/tasks.ts";
import type { CommonOptions } from "./context.ts";

/** Adds `register`, `login`, `logout` and `status`. */
export function addAccountCommands(program: Command, inContext: InContext): void {
  const withAccount = (account: Command): Command =>
    account
      .option("--email <email>", "asked for when missing")
      .option("--username <name>", "letters, digits, _ and -")
      .option("--password-stdin", "read the password from stdin instead of asking for it");

  withAccount(addCommand(program, "register", "Make an account and sign in")).action(
    (options: CommonOptions & AccountOptions) => inContext(options, (context) => register(options, context)),
  );
  withAccount(addCommand(program, "login", "Sign in"))
    .option("--device", "sign in with a browser, on this machine or another: shows a link and a code")
    .action((options: CommonOptions & LoginOptions) => inContext(options, (context) => login(options, context)));
  addCommand(program, "logout", "Sign out and forget the login").action((options: CommonOptions) =>
    inContext(options, (context) => logout(options, context)),
  );
  addCommand(
    program,
    "status",
    "Account, health of the API, where the login is kept, and whether a Desktop is used",
  ).action((options: CommonOptions) => inContext(options, (context) => status(options, context)));
}

/** Adds `docs`. */
export function addDocsCommands(program: Command, inContext: InContext): void {
  addCommand(program, "docs <file>", "Document a file: prints the diff of its comments, or writes them")
    .option("--write", "write the comments into the file, if it has not changed meanwhile")
    .option("--lines <first:last>", "only these lines, counted from 1", readLines)
    .option("--replace", "comments that are there may be replaced")
    .option("--explain", "explain the code in Markdown instead")
    .option("--summarize", "summarize it in Markdown instead")
    .option("--project <id or name>", "(default: the one in the folder's hivesync.json, made at first use)")
    .action((file: string, options: CommonOptions & DocsOptions) =>
      inContext(options, (context) => docs(file, options, context)),
    );
}

function readLines(text: string): LineRange {
  const [, first, last = first] = /^([1-9]\d{0,8})(?::([1-9]\d{0,8}))?$/u.exec(text) ?? [];
  const range = { line_start: Number(first), line_end: Number(last) };
  if (!(range.line_start <= range.line_end)) throw new InvalidArgumentError("Two line numbers as 10:20, or one.");
  return range;
}

/** Adds `sync`. */
export function addSyncCommands(program: Command, inContext: InContext): void {
  addCommand(program, "sync [dir]", "Mirror the git repository of a folder's project, for previews without an upload")
    .option("--url <url>", "the repository (default: the project's, else the folder's own origin)")
    .option("--ref <ref>", "a branch, a tag or a full commit id (default: the project's, else the repository's HEAD)")
    .option("--token-stdin", "first keep the token that is piped in, for a private repository")
    .addOption(new Option("--auto <on|off>", "whether the server syncs by itself from now on").choices(["on", "off"]))
    .option("--preview", "then build a preview of it, and print its link")
    .option("--watch", "sync again after each push from the folder, or every minute without one, until Ctrl-C")
    .option("--project <id or name>", "(default: the one in the folder's hivesync.json, made at first use)")
    .action((dir: string | undefined, options: CommonOptions & SyncOptions) =>
      inContext(options, (context) => sync(dir ?? ".", options, context)),
    );
}

/** Adds `tasks` and `notifications`. */
export function addTaskCommands(program: Command, inContext: InContext): void {
  const tasks = program.command("tasks").description("The tasks of the folder's project");
  const withProject = (command: Command): Command =>
    command.option("--project <id or name>", "(default: the one in the folder's hivesync.json)");

  // Also what `tasks` alone does.
  const list = tasks.command("list", { isDefault: true }).description("Number, status and title of each, newest first");
  withProject(withCommonOptions(list))
    .addOption(new Option("--status <status>", "only these").choices(taskStatuses))
    .action((options: CommonOptions & ListOptions) => inContext(options, (context) => listTasks(options, context)));
  withProject(addCommand(tasks, "add <title>", "Make a task")).action(
    (title: string, options: CommonOptions & TaskOptions) =>
      inContext(options, (context) => addTask(title, options, context)),
  );
  withProject(addCommand(tasks, "done <task>", "Mark a task as done, by its number in the list or its id")).action(
    (task: string, options: CommonOptions & TaskOptions) =>
      inContext(options, (context) => completeTask(task, options, context)),
  );
  addCommand(program, "notifications", "What happened, newest first")
    .option("--unread", "only what was not read")
    .option("--read", "mark what is shown as read")
    .option("--follow", "show the last ones, then each as it comes, until Ctrl-C; with --json one object a line")
    .action((options: CommonOptions & NotificationOptions) =>
      inContext(options, (context) => notifications(options, context)),
    );
}

/** Adds `desktop`. */
export function addDesktopCommands(program: Command, inContext: InContext): void {
  const desktop = program
    .command("desktop")
    .description("The HiveSync Desktop on this machine, which editors' plugins use while it runs");
  addCommand(desktop, "start", "Start one in the background, unless one runs").action((options: CommonOptions) =>
    inContext(options, (context) => desktopStart(options, context)),
  );
  addCommand(desktop, "status", "Process, account, linked folders and log; fails when none runs").action(
    (options: CommonOptions) => inContext(options, (context) => desktopStatus(options, context)),
  );
  addCommand(desktop, "logs", "The newest lines of its log, each a JSON object")
    .option("-n, --lines <number>", "how many, at most 1000", readLineCount, 100)
    .action((options: CommonOptions & { lines: number }) =>
      inContext(options, (context) => desktopLogs(options, context)),
    );
}

function readLineCount(text: string): number {
  const lines = Number(text);
  if (!Number.isInteger(lines) || lines < 1 || lines > 1_000) throw new InvalidArgumentError("1 to 1000.");
  return lines;
}
