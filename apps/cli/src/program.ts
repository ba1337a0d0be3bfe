import type { AccountOptions } from "./account.ts";
import { Command, CommanderError, Option } from "commander";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { preview, type PreviewOptions } from "./commands/preview.ts";
import { register } from "./commands/register.ts";
import { status } from "./commands/status.ts";
import { exitCodes, usageError } from "./cli-error.ts";
import { createContext, type CliContext, type CommonOptions } from "./context.ts";

const help = `
Exit codes:
  0    done
  1    failed
  2    called wrongly
  3    not signed in
  4    the preview could not be built
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
  const inContext = async (
    options: CommonOptions,
    work: (context: CliContext) => Promise<number | void>,
  ): Promise<void> => {
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

type InContext = (options: CommonOptions, work: (context: CliContext) => Promise<number | void>) => Promise<void>;

function createProgram(inContext: InContext): Command {
  const program = new Command("hivesync")
    .description("Previews of your code that open anywhere")
    .addHelpText("after", help)
    .exitOverride()
    // Its own words about a wrong call go the way of every other error.
    .configureOutput({ outputError: () => undefined });
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option(
        "--api-url <url>",
        "where the API is (default: the `pnpm dev` that runs here, else http://localhost:4000)",
      )
      .option("--json", "one JSON object on stdout, errors too");
  const accountOptions = (account: Command): Command =>
    account
      .option("--email <email>", "asked for when missing")
      .option("--username <name>", "letters, digits, _ and -")
      .option("--password-stdin", "read the password from stdin instead of asking for it");

  accountOptions(command("register", "Make an account and sign in")).action((options: CommonOptions & AccountOptions) =>
    inContext(options, (context) => register(options, context)),
  );
  accountOptions(command("login", "Sign in")).action((options: CommonOptions & AccountOptions) =>
    inContext(options, (context) => login(options, context)),
  );
  command("logout", "Sign out and forget the login").action((options: CommonOptions) =>
    inContext(options, (context) => logout(options, context)),
  );
  command("preview [dir]", "Publish a folder as a preview")
    .option("--project <id or name>", "(default: the one in the folder's hivesync.json, made at first use)")
    .option("--entry <path>", "the file that the preview starts from (default: found by itself)")
    .addOption(new Option("--platform <platform>", "what the code is built for").choices(["web", "ios", "android"]))
    .option("--no-wait", "answer with the link at once, before the build has ended")
    .action((dir: string | undefined, options: CommonOptions & PreviewOptions) =>
      inContext(options, (context) => preview(dir ?? ".", options, context)),
    );
  command("status", "Account, health of the API, where the login is kept").action((options: CommonOptions) =>
    inContext(options, (context) => status(options, context)),
  );
  return program;
}
