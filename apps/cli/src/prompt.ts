import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { Writable } from "node:stream";
import { usageError } from "./cli-error.ts";

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks for a line. On stderr, so that stdout holds the result alone. */
export function ask(question: string, signal: AbortSignal): Promise<string> {
  return readAnswer(question, { output: process.stderr, signal });
}

/** Asks for a line that is not shown while it is typed. */
export async function askSecretly(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await readAnswer("", { output: nowhere, signal });
  } finally {
    process.stderr.write("\n");
  }
}

async function readAnswer(
  question: string,
  { output, signal }: { output: NodeJS.WritableStream; signal: AbortSignal },
): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const interrupted = new AbortController();
  // In this mode the terminal hands over Ctrl-C as a key.
  lines.once("SIGINT", () => interrupted.abort());
  lines.once("close", () => interrupted.abort());
  try {
    return await lines.question(question, { signal: AbortSignal.any([signal, interrupted.signal]) });
  } catch {
    throw usageError("Cancelled.");
  } finally {
    lines.close();
  }
}

/** A password that was piped in: all of stdin but for the line's end. */
export async function readPasswordFromStdin(): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/u, "");
  if (password === "") throw usageError("--password-stdin: nothing came in. Pipe the password in.");
  return password;
}
