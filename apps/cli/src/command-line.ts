import { interrupted } from "./cli-error.ts";
import { readCliEnvironment } from "./env.ts";
import { Output } from "./output.ts";
import { runProgram } from "./program.ts";

/** Runs a command line (without the program's name) as this process. Answers the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  // Read before anything else, so that a wrong call is told as JSON too.
  const output = new Output({ json: argv.includes("--json") });
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort(interrupted()));
  // Whoever read along has left, as `head` does when it has seen enough.
  process.stdout.on("error", () => interruption.abort(interrupted()));
  try {
    return await runProgram(argv, { env: readCliEnvironment(), output, signal: interruption.signal });
  } catch (error) {
    return output.failure(error);
  }
}
