import { availableParallelism } from "node:os";
import type { BuildFailure, LimitName } from "#build-result.ts";

/** What one build may use. */
export interface BuildLimits {
  /** From the job's start to its result. */
  readonly timeoutMs: number;
  /** Processor time of the child, and again of the bundler that it starts. */
  readonly cpuSeconds: number;
  /** The JavaScript heap of the child. */
  readonly maxOldSpaceMb: number;
  /** All memory of the child and the bundler together; watched where the system has /proc. */
  readonly maxResidentMb: number;
  /** The largest page. */
  readonly maxOutputBytes: number;
  /** The most bytes of files read. */
  readonly maxInputBytes: number;
}

/** How a child came to its end without a result. */
export interface ChildEnd {
  /** What the child itself said. */
  readonly message: string;
  readonly stderr: string;
  readonly signal: NodeJS.Signals | null;
  readonly elapsedMs: number;
}

const SMALLER =
  "Name a smaller page or component as the entry, or leave large generated files out with a .hivesyncignore.";

const LIMIT_MESSAGES: Readonly<Record<LimitName, (limits: BuildLimits) => string>> = {
  time: ({ timeoutMs }) => `The build took longer than ${timeoutMs / 1000} s. ${SMALLER}`,
  cpu: ({ cpuSeconds }) => `The build used more than ${cpuSeconds} s of processor time. ${SMALLER}`,
  memory: ({ maxResidentMb }) => `The build needed more memory than it may use (${maxResidentMb} MB). ${SMALLER}`,
  processes: () => "The build started more processes than it may.",
  output: ({ maxOutputBytes }) => `The finished page is larger than ${maxOutputBytes} bytes.`,
  input: ({ maxInputBytes }) => `The build read more than ${maxInputBytes} bytes of files.`,
};

/** The limit that explains an end that the system or a runtime brought about, if one does. */
export function limitBehind(end: ChildEnd, { cpuSeconds }: BuildLimits): LimitName | undefined {
  const told = end.message + end.stderr;
  if (end.signal === "SIGXCPU") return "cpu";
  if (/out of memory|stack exceeds|cannot allocate/i.test(told)) return "memory";
  const wasKilled = end.signal === "SIGKILL" || /service (?:was stopped|is no longer running)/i.test(told);
  if (!wasKilled) return undefined;
  // Nobody says who killed it: the processor limit can only be it when there was time to use it up.
  return end.elapsedMs * availableParallelism() >= cpuSeconds * 1000 ? "cpu" : "memory";
}

export function limitFailure(limit: LimitName, limits: BuildLimits): BuildFailure {
  const message = LIMIT_MESSAGES[limit](limits);
  return { ok: false, limit, message, details: [], log: `failed: ${message}\n` };
}
