import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import { keepingOf } from "@hivesync/platform/child/kept-rooms";
import type { ChildRun, LimitedChild } from "@hivesync/platform/child/limited-child";
import { openPlace, type Place } from "@hivesync/platform/child/place";
import type { Room } from "@hivesync/platform/child/room";
import { openRooms } from "@hivesync/platform/child/rooms";
import type { WriterSettings } from "./ai-variables.ts";
import { cpuSecondsOf, keepCompiled, startWriter, type WriterStart } from "./start-writer.ts";
import type { WriterJob, WriterMessage } from "./writer-messages.ts";

/** An order and what is told of its coming along. */
export interface WriterOrder extends Pick<WriterJob, "input"> {
  signal: AbortSignal;
  /** Told the share that is done, from 0 to 1. */
  onProgress: (share: number) => void;
}

/** A result, or the reason for the user why there is none, with the limit that it is. */
export type Written = { result: AiResult } | { result?: never; reason: string; limit?: "memory" | "time" | "cpu" };

/** Whose job it is. */
export interface WritingOf {
  teamId: string;
  projectId: string;
}

/** A process for one job, and the folder of its files, which no job of another project can see. Disposed of, the process is kept for the project's next job or has ended; the files go. */
export interface WritingPlace extends Pick<Place<LimitedChild>, "directory" | "files">, AsyncDisposable {
  /** @throws the signal's reason, within a second of the abort; an Error when the process broke down. */
  write: (order: WriterOrder) => Promise<Written>;
}

/** Does AI jobs, those of each project in processes of its own, and one of a model in one that nothing else is done in. */
export interface Writers extends AsyncDisposable {
  open: (of: WritingOf) => Promise<WritingPlace>;
  /** The most jobs at once: one for each GPU. Undefined where there is none to share. */
  atMost: number | undefined;
}

export interface WritersOptions extends WriterStart {
  /** An existing folder on the disk of the files that jobs are given, for the folders of those. */
  directory: string;
  /** Projects whose process of the static engine stays for their next job, and for how long; ten minutes unless told. Default: none does. */
  warm?: { projects: number; forMs?: number };
  /** The GPUs to use, by index, each by one process at a time. Default: none is handed out. */
  gpus?: readonly string[];
}

/** Of the static engine, which starts none: its own, and two of the walls. */
const keptProcesses = 3;

/** Reads a writer's answer. A limit that ended it is the order's fault and told as such; anything else is ours. */
function readEnd(ended: ChildRun<Written>, { timeoutMs, maxResidentMb }: WriterSettings, message: string): Written {
  if (ended.answer !== undefined) return ended.answer;
  const isHeapFull = /out of memory|allocation failed/i.test(ended.stderr + message);
  if (ended.hit === "memory" || isHeapFull)
    return {
      limit: "memory",
      reason: `Writing needed more memory than it may use (${maxResidentMb} MB). Select fewer files.`,
    };
  const limit = ended.signal === "SIGXCPU" ? "cpu" : ended.hit;
  if (limit === "time" || limit === "cpu")
    return { limit, reason: `Writing took longer than ${timeoutMs / 1_000} s. Select fewer files.` };
  throw new Error(`A writer ended without a result (${ended.signal ?? "no signal"}): ${message}${ended.stderr}`);
}

interface Starting {
  start: (room: string) => LimitedChild;
  /** Has later writers start sooner; once. */
  prepare: () => void;
  close: () => Promise<void>;
}

/** Starts writers, each with a GPU of its own where there are some. */
function openStarting(options: WritersOptions, earlierCpuSeconds: number): Starting {
  const freeGpus = [...(options.gpus ?? [])];
  const closing = new AbortController();
  let compiled: "no" | "read" = "no";
  let compiling: Promise<void> | undefined;
  const compile = async (): Promise<void> => {
    if (await keepCompiled(options, closing.signal)) compiled = "read";
  };
  return {
    start: (room) => {
      let gpu = freeGpus.shift();
      const child = startWriter(options, { room, gpu, earlierCpuSeconds, compiled });
      const end = async (): Promise<void> => {
        await child.end();
        // Only when it has ended is its GPU free.
        if (gpu !== undefined) freeGpus.push(gpu);
        gpu = undefined;
      };
      return { ...child, end };
    },
    prepare: () => {
      compiling ??= compile();
    },
    close: async () => {
      closing.abort();
      await compiling;
    },
  };
}

async function writeIn(
  { directory: blobDirectory, child }: Room<LimitedChild>,
  settings: WriterSettings,
  { input, signal, onProgress }: WriterOrder,
): Promise<Written> {
  signal.throwIfAborted();
  const { engine, timeoutMs, maxResidentMb } = settings;
  let message = "";
  const read = (told: WriterMessage): Written | undefined => {
    if (told.type === "result") return { result: told.result };
    if (told.type === "refused") return { reason: told.reason };
    if (told.type === "progress") onProgress(told.share);
    else message = told.message;
    return undefined;
  };
  const job: WriterJob = { type: "job", input, blobDirectory, engine };
  const ended = await child.run({ job, read, timeoutMs, maxResidentMb, signal });
  return readEnd(ended, settings, message);
}

/**
 * Opens the writers. Nothing is started before the first job.
 *
 * @example
 * await using writers = openWriters({ settings, directory });
 * await using place = await writers.open({ teamId, projectId });
 * await fill(place.directory);
 * const written = await place.write({ input, signal, onProgress });
 */
export function openWriters(options: WritersOptions): Writers {
  const { settings, directory, warm = { projects: 0 }, gpus = [] } = options;
  // A model is unloaded after each job, and its process has what the worker has.
  const maxKept = settings.engine.engine === "static" ? warm.projects : 0;
  const limits = { ...settings, cpuSeconds: cpuSecondsOf(settings), maxProcesses: keptProcesses };
  const { keeping, earlierCpuSeconds } = keepingOf(limits, { maxKept, keptForMs: warm.forMs });
  const { start, prepare, close } = openStarting(options, earlierCpuSeconds);
  const rooms = openRooms({ directory, start, spare: 0, keeping });
  return {
    atMost: gpus.length === 0 ? undefined : gpus.length,
    open: async ({ teamId, projectId }) => {
      const owner = maxKept === 0 ? undefined : JSON.stringify([teamId, projectId]);
      const { directory: folder, files, work, leave } = await openPlace(rooms, owner);
      return {
        directory: folder,
        files,
        write: (order) =>
          work({
            run: (room) => writeIn(room, settings, order),
            limitOf: (written) => (written.result ? undefined : written.limit),
            // Another job is mostly of other files.
            wanted: new Set(),
            signal: order.signal,
          }),
        [Symbol.asyncDispose]: async () => {
          await leave();
          prepare();
        },
      };
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all([close(), rooms.close()])),
  };
}
