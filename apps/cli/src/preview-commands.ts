import { Option, type Command } from "commander";
import { addCommand, withCommonOptions, type InContext } from "./add-command.ts";
import { init, type InitOptions } from "./commands/init.ts";
import { preview, type PreviewOptions } from "./commands/preview.ts";
import {
  cancelPreview,
  listPreviews,
  previewStatuses,
  retryPreview,
  showPreview,
  type PreviewListOptions,
  type RetryOptions,
} from "./commands/previews.ts";
import type { CommonOptions } from "./context.ts";
import type { PreviewOfProject } from "./find-preview.ts";
import { platforms } from "./project-file.ts";

function withBuildOptions(command: Command): Command {
  return command
    .option("--project <id or name>", "(default: the one in the folder's hivesync.json, made at first use)")
    .option("--entry <path>", "the file that the preview starts from (default: found by itself)")
    .addOption(new Option("--platform <platform>", "what the code is built for").choices(platforms));
}

function withNoWait(command: Command): Command {
  return command.option("--no-wait", "answer with the link at once, before the build has ended");
}

/** Adds `init`, `preview` and `previews`. */
export function addPreviewCommands(program: Command, inContext: InContext): void {
  withBuildOptions(
    addCommand(program, "init [dir]", "Make a folder's hivesync.json: its project, and how its previews are built"),
  ).action((dir: string | undefined, options: CommonOptions & InitOptions) =>
    inContext(options, (context) => init(dir ?? ".", options, context)),
  );
  withNoWait(withBuildOptions(addCommand(program, "preview [dir]", "Publish a folder as a preview")))
    .option("--watch", "a preview at each save, until Ctrl-C; with --json one object a line")
    .action((dir: string | undefined, options: CommonOptions & PreviewOptions) =>
      inContext(options, (context) => preview(dir ?? ".", options, context)),
    );
  addPreviewsCommands(program, inContext);
}

function withProject(command: Command): Command {
  return command.option("--project <id or name>", "(default: the one in the folder's hivesync.json)");
}

function addPreviewsCommands(program: Command, inContext: InContext): void {
  const previews = program.command("previews").description("The previews of the folder's project");
  // Also what `previews` alone does.
  const list = previews
    .command("list [dir]", { isDefault: true })
    .description("A table of the newest 20, newest first");
  withProject(withCommonOptions(list))
    .addOption(new Option("--status <status>", "only these").choices(previewStatuses))
    .action((dir: string | undefined, options: CommonOptions & PreviewListOptions) =>
      inContext(options, (context) => listPreviews(dir ?? ".", options, context)),
    );
  // An id, or as much of it as the table shows.
  const withId = (usage: string, description: string): Command => withProject(addCommand(previews, usage, description));
  withId("show [id]", "All of one, with its link and QR code: the newest, unless it is named").action(
    (id: string | undefined, options: CommonOptions & PreviewOfProject) =>
      inContext(options, (context) => showPreview(id, options, context)),
  );
  withId("cancel <id>", "Stop one that has not ended").action((id: string, options: CommonOptions & PreviewOfProject) =>
    inContext(options, (context) => cancelPreview(id, options, context)),
  );
  withNoWait(withId("retry <id>", "Ask again for one that has ended, of the same files, and wait for the link")).action(
    (id: string, options: CommonOptions & RetryOptions) =>
      inContext(options, (context) => retryPreview(id, options, context)),
  );
}
