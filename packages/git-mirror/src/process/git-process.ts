import type { Readable, Writable } from "node:stream";
import type { GitLimits } from "#limits.ts";
import { diskUse } from "./disk-use.ts";
import { asArguments, environment, leadingArguments } from "./fixed-settings.ts";
import { explainEnd } from "./explain-end.ts";
import { spawnLimited, type LimitedProcess } from "./spawn-limited.ts";
import { untilWritable } from "./until-writable.ts";

/** Where git works, and within what. */
export interface GitContext {
  folder: string;
  limits: GitLimits;
  signal: AbortSignal;
}

/** One call of git. */
export interface GitCall {
  args: readonly string[];
  settings?: readonly (readonly [string, string])[];
  stdin?: Iterable<string | Buffer> | AsyncIterable<string | Buffer>;
  /** What it may ask for at descriptor 3; kept out of every message. */
  secret?: { text: string; words: readonly string[] };
  /** Where what it reads comes from, which is at fault when it is unsound; when it is a host, also when time runs out. */
  source?: "host" | "bundle";
  /** Whoever reads its output sets its pace: it has no limit by the clock. */
  isPaced?: boolean;
  onStderr?: (text: string) => void;
}

/** A limit of ours that ended a process. */
export type Hit = "time" | "disk" | "files" | "output";

/** How a process of git has ended. */
export interface GitEnd {
  code: number;
  stderr: string;
  hit: Hit | undefined;
}

/** A running git whose output is read as it comes. */
export interface RunningGit {
  stdout: Readable;
  kill: () => void;
  /** @throws MirrorError or Error unless it ended well; the signal's reason. */
  finish: () => Promise<void>;
  /** How it has ended, well or not. @throws the signal's reason, or MirrorError when a limit ended it. */
  end: () => Promise<GitEnd>;
}

const diskCheckMs = 200;
const maxStderrCharacters = 65_536;
// Loose refs, objects of refs, packs: what a sound repository holds in files.
const filesBesideRefs = 20_000;

async function writeAll(stdin: Writable, chunks: NonNullable<GitCall["stdin"]>): Promise<void> {
  for await (const chunk of chunks) {
    if (stdin.destroyed) return;
    if (!stdin.write(chunk)) await untilWritable(stdin);
  }
  stdin.end();
}

function collectStderr(process: LimitedProcess, onText: GitCall["onStderr"]): () => string {
  let stderr = "";
  process.stderr.setEncoding("utf8").on("data", (text: string) => {
    onText?.(text);
    stderr = (stderr + text).slice(-maxStderrCharacters);
  });
  return () => stderr;
}

function watchDisk({ folder, limits }: GitContext, stop: (hit: Hit) => void): NodeJS.Timeout {
  let isLooking = false;
  const maxFiles = limits.refs * 2 + filesBesideRefs;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const use = await diskUse(folder, maxFiles);
    if (use.files > maxFiles) stop("files");
    if (use.bytes > limits.bytes) stop("disk");
    isLooking = false;
  };
  return setInterval(() => void look(), diskCheckMs);
}

/** Starts git; whoever calls reads `stdout` to its end (or kills it) and awaits `finish`. */
export function startGit(context: GitContext, call: GitCall): RunningGit {
  const { folder, limits, signal } = context;
  signal.throwIfAborted();
  const process = spawnLimited({
    command: ["git", ...leadingArguments(folder), ...asArguments(call.settings ?? []), ...call.args],
    directory: folder,
    env: environment(folder),
    cpuSeconds: limits.cpuSeconds,
    memoryMb: limits.memoryMb,
    fileBytes: limits.bytes,
  });
  let hit: Hit | undefined;
  const stop = (limit: Hit): void => {
    hit ??= limit;
    process.kill();
  };
  const timer = call.isPaced === true ? undefined : setTimeout(() => stop("time"), limits.seconds * 1_000);
  // Whoever only reads lets nothing grow.
  const diskTimer = call.source === undefined ? undefined : watchDisk(context, stop);
  signal.addEventListener("abort", process.kill, { once: true });
  const readStderr = collectStderr(process, call.onStderr);
  process.secret.end(call.secret?.text ?? "");
  const written = writeAll(process.stdin, call.stdin ?? []).catch((error: unknown) => {
    process.kill();
    throw error;
  });
  // Awaited below; when the process fails first, that is what counts.
  written.catch(() => undefined);
  const ended = process.ended.finally(() => {
    clearTimeout(timer);
    clearInterval(diskTimer);
    signal.removeEventListener("abort", process.kill);
  });
  ended.catch(() => undefined);

  const end = async (): Promise<GitEnd> => {
    const code = await ended;
    signal.throwIfAborted();
    const result = { code, stderr: readStderr(), hit };
    if (hit !== undefined) throw explainEnd(result, call);
    await written;
    return result;
  };
  const finish = async (): Promise<void> => {
    const result = await end();
    if (result.code !== 0) throw explainEnd(result, call);
  };
  return { stdout: process.stdout, kill: process.kill, finish, end };
}

/** Runs git to its end and gives its output, at most `maxBytes` of it; `code` is not judged. */
export async function endGit(
  context: GitContext,
  call: GitCall & { maxBytes?: number },
): Promise<GitEnd & { stdout: Buffer }> {
  const { maxBytes = 1_048_576 } = call;
  const git = startGit(context, call);
  const chunks: Buffer[] = [];
  let bytes = 0;
  git.stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) git.kill();
    else chunks.push(chunk);
  });
  const end = await git.end();
  if (bytes > maxBytes) throw explainEnd({ ...end, hit: "output" }, call);
  return { ...end, stdout: Buffer.concat(chunks) };
}

/** Runs git to its good end and gives its output. @throws MirrorError or Error when it ends badly. */
export async function runGit(context: GitContext, call: GitCall & { maxBytes?: number }): Promise<Buffer> {
  const end = await endGit(context, call);
  if (end.code !== 0) throw explainEnd(end, call);
  return end.stdout;
}
