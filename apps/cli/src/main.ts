#!/usr/bin/env node
import { CliError, exitCodes } from "./cli-error.ts";
import { readCliEnvironment } from "./env.ts";
import { Output } from "./output.ts";
import { runProgram } from "./program.ts";

const argv = process.argv.slice(2);
// Read before anything else, so that a wrong call is told as JSON too.
const output = new Output({ json: argv.includes("--json") });
const interruption = new AbortController();
process.once("SIGINT", () => {
  interruption.abort(new CliError("Interrupted.", { code: "INTERRUPTED", exitCode: exitCodes.interrupted }));
});

try {
  process.exitCode = await runProgram(argv, { env: readCliEnvironment(), output, signal: interruption.signal });
} catch (error) {
  process.exitCode = output.failure(error);
}
