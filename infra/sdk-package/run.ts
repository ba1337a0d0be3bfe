import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { environment } from "./env.ts";

/**
 * Runs a program to its end and answers what it printed to stdout.
 *
 * @throws Error with all that it printed when it fails.
 */
export async function run(command: readonly [string, ...string[]], cwd: string): Promise<string> {
  const [program, ...args] = command;
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd,
      env: { ...environment, NO_COLOR: "1" },
      maxBuffer: 16 * 1_024 * 1_024,
    });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
