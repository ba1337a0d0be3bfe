import { fileURLToPath } from "node:url";
import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import { deviceEnvironment } from "@hivesync/doc-writer/models/local/env";
import { startLimitedChild, type ChildRun, type LimitedChild } from "@hivesync/platform/child/limited-child";
import { programPaths, type Walls } from "@hivesync/platform/child/walls";
import type { WriterSettings } from "./ai-variables.ts";
import type { WriterJob, WriterMessage } from "./writer-messages.ts";

/** An order and what is told of its coming along. */
export interface WriterOrder extends Pick<WriterJob, "input" | "blobDirectory"> {
  signal: AbortSignal;
  /** Told the share that is done, from 0 to 1. */
  onProgress: (share: number) => void;
}

/** A result, or the reason for the user why there is none. */
export type Written = { result: AiResult } | { result?: never; reason: string };

/** Does AI jobs, each in a process of its own. */
export interface Writers extends AsyncDisposable {
  /** @throws the signal's reason, within a second of the abort; an Error when the process broke down. */
  write: (order: WriterOrder) => Promise<Written>;
  /** The most jobs at once: one for each GPU. Undefined where there is none to share. */
  atMost: number | undefined;
}

export interface WritersOptions {
  settings: WriterSettings;
  /** The folder that the processes stand in. */
  directory: string;
  /** The GPUs to use, by index, each by one process at a time. Default: none is handed out. */
  gpus?: readonly string[];
  /** What keeps jobs of the static engine from the network and from all files but their own; others need both. Default: nothing. */
  walls?: Walls | undefined;
  /** The script that does a job. Default: the engines of doc-writer. */
  command?: string;
}

const ownCommand = fileURLToPath(new URL("./writer-command.ts", import.meta.url));
const maxOldSpaceMb = 1_024;

/** Reads a writer's answer. A limit that ended it is the order's fault and told as such; anything else is ours. */
function readEnd(ended: ChildRun<Written>, { timeoutMs, maxResidentMb }: WriterSettings, message: string): Written {
  if (ended.answer !== undefined) return ended.answer;
  const isHeapFull = /out of memory|allocation failed/i.test(ended.stderr + message);
  if (ended.hit === "memory" || isHeapFull)
    return { reason: `Writing needed more memory than it may use (${maxResidentMb} MB). Select fewer files.` };
  if (ended.hit === "time" || ended.signal === "SIGXCPU")
    return { reason: `Writing took longer than ${timeoutMs / 1_000} s. Select fewer files.` };
  throw new Error(`A writer ended without a result (${ended.signal ?? "no signal"}): ${message}${ended.stderr}`);
}

/** Only a model on this machine needs anything of this process's environment: the ways to the driver. */
function environmentOf({ engine }: WriterSettings, gpu: string | undefined): Record<string, string> {
  const passedOn = engine.engine === "local" ? Object.entries(deviceEnvironment()) : [];
  const given = passedOn.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(given), ...(gpu !== undefined && { CUDA_VISIBLE_DEVICES: gpu }) };
}

/** Of an engine that needs neither a server nor a driver. */
function wallsFor({ settings, walls }: WritersOptions, blobDirectory: string) {
  if (walls === undefined || settings.engine.engine !== "static") return {};
  const readable = [...programPaths(), blobDirectory];
  return { directory: blobDirectory, writesFiles: false, walls: { ...walls, readable } };
}

function start(options: WritersOptions, gpu: string | undefined, blobDirectory: string): LimitedChild {
  return startLimitedChild({
    command: [process.execPath, `--max-old-space-size=${maxOldSpaceMb}`, options.command ?? ownCommand],
    directory: options.directory,
    env: environmentOf(options.settings, gpu),
    // Engines work on several threads, which all count.
    cpuSeconds: (options.settings.timeoutMs / 1_000) * 16,
    ...wallsFor(options, blobDirectory),
  });
}

/**
 * Opens the writers. Nothing is started before the first order.
 *
 * @example
 * await using writers = openWriters({ settings, directory });
 * const written = await writers.write({ input, blobDirectory, signal, onProgress });
 */
export function openWriters(options: WritersOptions): Writers {
  const { settings } = options;
  const freeGpus = [...(options.gpus ?? [])];
  const atMost = freeGpus.length === 0 ? undefined : freeGpus.length;
  const busy = new Set<LimitedChild>();

  const runIn = async (child: LimitedChild, order: WriterOrder): Promise<Written> => {
    const { input, blobDirectory, signal, onProgress } = order;
    let message = "";
    const read = (told: WriterMessage): Written | undefined => {
      if (told.type === "result") return { result: told.result };
      if (told.type === "refused") return { reason: told.reason };
      if (told.type === "progress") onProgress(told.share);
      else message = told.message;
      return undefined;
    };
    const { engine, timeoutMs, maxResidentMb } = settings;
    const job: WriterJob = { input, blobDirectory, engine };
    const ended = await child.run({ job, read, timeoutMs, maxResidentMb, signal });
    return readEnd(ended, settings, message);
  };
  return {
    atMost,
    write: async (order) => {
      order.signal.throwIfAborted();
      const gpu = freeGpus.shift();
      const child = start(options, gpu, order.blobDirectory);
      busy.add(child);
      try {
        return await runIn(child, order);
      } finally {
        // Only when it has ended is its GPU free, and its files can be deleted.
        await child.end();
        busy.delete(child);
        if (gpu !== undefined) freeGpus.push(gpu);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...busy].map((child) => child.end()));
    },
  };
}
