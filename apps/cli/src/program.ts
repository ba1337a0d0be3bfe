import { Command, CommanderError } from "commander";
import { exitCodes, usageError } from "./cli-error.ts";
import {
  addAccountCommands,
  addDesktopCommands,
  addDocsCommands,
  addSyncCommands,
  addTaskCommands,
} from "./commands.ts";
import type { InContext } from "./add-command.ts";
import { addPreviewCommands } from "./preview-commands.ts";
import { createContext, type CliContext } from "./context.ts";

const help = `
Which project:
  The one in the folder's hivesync.json, or in that of the nearest folder above
  it, up to the root of its git repository or below the home folder. In a folder
  below a project, hivesync init makes that one a project of its own.

Exit codes:
  0    done
  1    failed
  2    called wrongly
  3    not signed in
  4    the preview could not be built, the documentation not written, or the repository not mirrored
  130  interrupted

Environment:
  HIVESYNC_API_URL                   where the API is, as --api-url
  HIVESYNC_EMAIL, HIVESYNC_PASSWORD  sign in by these when no login is stored
  HIVESYNC_CREDENTIALS_PASSPHRASE    keeps the login in an encrypted file where there is no keychain
  HIVESYNC_CREDENTIALS_STORE         keychain, encrypted-file or memory, instead of the first that works
`;

type Given = Pick<CliContext, "env" | "output" | "signal">;

/** Runs a command line (without the program's name). Answers the exit code; failures are thrown. */
export async function runProgram(argv: readonly string[], given: Given): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const inContext: InContext = async (options, work) => {
    exitCode = (await work(await createContext(options, given))) ?? exitCodes.ok;
  };
  const program = createProgram(inContext);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Without a command it has printed its help, which says it all.
    if (error.code === "commander.help") return exitCodes.usage;
    if (error.exitCode !== 0) throw usageError(error.message.replace(/^error: /u, ""));
  }
  return exitCode;
}

function createProgram(inContext: InContext): Command {
  const program = new Command("hivesync")
    .description("Previews of your code that open anywhere")
    .addHelpText("after", help)
    .exitOverride()
    // Its own words about a wrong call go the way of every other error.
    .configureOutput({ outputError: () => undefined });
  addAccountCommands(program, inContext);
  addPreviewCommands(program, inContext);
  addDocsCommands(program, inContext);
  addSyncCommands(program, inContext);
  addTaskCommands(program, inContext);
  addDesktopCommands(program, inContext);
  return program;
}
