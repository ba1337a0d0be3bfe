import type { Command } from "commander";
import type { CliContext, CommonOptions } from "./context.ts";

/** Does a command's work in the context that its options ask for. */
export type InContext = (
  options: CommonOptions,
  work: (context: CliContext) => Promise<number | void>,
) => Promise<void>;

/** Adds a command that takes what every command takes. */
export function addCommand(parent: Command, usage: string, description: string): Command {
  return withCommonOptions(parent.command(usage).description(description));
}

export function withCommonOptions(command: Command): Command {
  return command
    .option("--api-url <url>", "where the API is (default: the `pnpm dev` that runs here, else http://localhost:4000)")
    .option("--json", "one JSON object on stdout, errors too");
}
