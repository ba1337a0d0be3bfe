import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { Writable } from "node:stream";
import { interrupted, usageError } from "./cli-error.ts";

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for a line. On stderr, so that stdout holds the result alone. */
export function ask(question: string, signal: AbortSignal): Promise<string> {
  return readAnswer(question, { isShown: true, signal });
}

/** Asks for a line that is not shown while it is typed. */
export function askSecretly(question: string, signal: AbortSignal): Promise<string> {
  return readAnswer(question, { isShown: false, signal });
}

async function readAnswer(
  question: string,
  { isShown, signal }: { isShown: boolean; signal: AbortSignal },
): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: isShown ? process.stderr : nowhere, terminal: true });
  const interruption = new AbortController();
  // While a line is read the terminal hands over Ctrl-C as a key.
  lines.once("SIGINT", () => interruption.abort());
  lines.once("close", () => interruption.abort());
  try {
    const answer = lines.question(isShown ? question : "", { signal: AbortSignal.any([signal, interruption.signal]) });
    // Only now: until a line is being read the terminal itself shows what is typed.
    if (!isShown) process.stderr.write(question);
    return await answer;
  } catch {
    throw interrupted();
  } finally {
    lines.close();
    if (!isShown) process.stderr.write("\n");
  }
}

/** A password or token that was piped in: all of stdin but for the line's end. */
export async function readSecretFromStdin(what: "password" | "token"): Promise<string> {
  const secret = (await text(process.stdin)).replace(/\r?\n$/u, "");
  if (secret === "") throw usageError(`--${what}-stdin: nothing came in. Pipe the ${what} in.`);
  return secret;
}
