import { fileURLToPath } from "node:url";
import { deviceEnvironment } from "@hivesync/doc-writer/models/local/env";
import { startLimitedChild, type LimitedChild } from "@hivesync/platform/child/limited-child";
import { programPaths, type Walls } from "@hivesync/platform/child/walls";
import type { WriterSettings } from "./ai-variables.ts";
import type { WriterFarewell } from "./writer-messages.ts";

/** What all writers are started by. */
export interface WriterStart {
  settings: WriterSettings;
  /** What keeps jobs of the static engine from the network and from all files but their own; others need both. Default: nothing. */
  walls?: Walls | undefined;
  /** An existing folder for what Node compiled of the static engine, used where walls keep jobs from writing it. What lies in it is run, so it must be nobody else's. Default: each process compiles all. */
  compiledDirectory?: string | undefined;
  /** The script that does jobs. Default: the engines of doc-writer. */
  command?: string;
}

/** One writer. */
interface WriterOf {
  /** The folder of its jobs' files, which it stands in. */
  room: string;
  gpu?: string | undefined;
  /** Processor time that earlier jobs of the same process may have used. */
  earlierCpuSeconds: number;
  /** Whether it reads what was compiled, or also writes it, as none does that a job is given to. */
  compiled: "no" | "read" | "write";
}

const farewell: WriterFarewell = { type: "farewell" };
const ownCommand = fileURLToPath(new URL("./writer-command.ts", import.meta.url));
const maxOldSpaceMb = 1_024;
/** Engines work on several threads, whose time is all counted. */
const maxThreads = 16;

/** Of one job. */
export function cpuSecondsOf({ timeoutMs }: WriterSettings): number {
  return Math.ceil(timeoutMs / 1_000) * maxThreads;
}

/** Only a model on this machine needs anything of this process's environment: the ways to the driver. */
function environmentOf({ engine }: WriterSettings, gpu: string | undefined): Record<string, string> {
  const passedOn = engine.engine === "local" ? Object.entries(deviceEnvironment()) : [];
  const given = passedOn.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(given), ...(gpu !== undefined && { CUDA_VISIBLE_DEVICES: gpu }) };
}

/** Starts a process that waits for its first job. */
export function startWriter(start: WriterStart, { room, gpu, earlierCpuSeconds, compiled }: WriterOf): LimitedChild {
  const { settings, walls, command = ownCommand, compiledDirectory = "" } = start;
  const shown = compiled === "no" ? [] : [compiledDirectory];
  const writable = compiled === "write" ? shown : [];
  // Others need a server or a driver.
  const isConfined = settings.engine.engine === "static";
  return startLimitedChild({
    command: [process.execPath, `--max-old-space-size=${maxOldSpaceMb}`, command],
    farewell,
    directory: room,
    env: {
      ...environmentOf(settings, gpu),
      ...(compiled !== "no" && { NODE_COMPILE_CACHE: compiledDirectory }),
    },
    cpuSeconds: cpuSecondsOf(settings) + earlierCpuSeconds,
    writesFiles: !isConfined || writable.length > 0,
    ...(isConfined && walls && { walls: { ...walls, readable: [...programPaths(), room, ...shown], writable } }),
  });
}

/**
 * Starts a writer for nothing, so that what Node compiles of it is kept for later ones. Two thirds of a start go there.
 *
 * @returns whether it is kept: not for engines with a model, nor without walls or a folder, nor when the signal was aborted.
 */
export async function keepCompiled(start: WriterStart, signal: AbortSignal): Promise<boolean> {
  const { settings, walls, compiledDirectory: room } = start;
  const isFor = settings.engine.engine === "static" && walls !== undefined;
  if (!isFor || room === undefined || signal.aborted) return false;
  const child = startWriter(start, { room, earlierCpuSeconds: 0, compiled: "write" });
  const { timeoutMs, maxResidentMb } = settings;
  // It has loaded everything when it hears of anything, and leaves what was compiled when it ends. It answers nothing.
  const read = (): true | undefined => undefined;
  const ended = await child.run({ job: farewell, read, timeoutMs, maxResidentMb, signal }).catch(() => undefined);
  await child.end();
  return ended !== undefined && ended.answer === undefined && ended.hit === undefined && ended.signal === null;
}
