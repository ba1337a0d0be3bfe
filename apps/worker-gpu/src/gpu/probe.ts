import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { WorkerGpu } from "@hivesync/contracts/operator";

/** One GPU as the driver describes it. Memory is MiB, utilization a share from 0 to 1. */
export interface GpuFacts {
  /** What CUDA_VISIBLE_DEVICES takes; a number would mean another card when the order differs. */
  uuid: string;
  name: string;
  memory_total_mb: number;
  memory_used_mb: number;
  /** Null where the driver does not say, as for a GPU that is divided. */
  utilization: number | null;
}

const fields = ["uuid", "name", "memory.total", "memory.used", "utilization.gpu"];
const timeoutMs = 5_000;

/** Undefined for "[N/A]" and the like, where a number is not to be had. */
function toNumber(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === "" || Number.isNaN(value) ? undefined : value;
}

/** Reads what `nvidia-smi --format=csv,noheader,nounits` prints for our fields. What has no memory is no GPU to work on. */
export function parseGpus(output: string): GpuFacts[] {
  return output.split("\n").flatMap((line): GpuFacts[] => {
    const [uuid, name, total, used, utilization] = line.split(",").map((value) => value.trim());
    const memory_total_mb = toNumber(total);
    if (!uuid?.startsWith("GPU-") || name === undefined || memory_total_mb === undefined) return [];
    const percent = toNumber(utilization);
    const share = percent === undefined ? null : Math.min(percent / 100, 1);
    return [{ uuid, name, memory_total_mb, memory_used_mb: toNumber(used) ?? 0, utilization: share }];
  });
}

/**
 * Asks the driver which GPUs there are; none where there is no driver, or it does not answer.
 *
 * @param command - The driver's program.
 */
export async function probeGpus(command = "nvidia-smi"): Promise<GpuFacts[]> {
  const args = [`--query-gpu=${fields.join(",")}`, "--format=csv,noheader,nounits"];
  try {
    const { stdout } = await promisify(execFile)(command, args, { timeout: timeoutMs, killSignal: "SIGKILL" });
    return parseGpus(stdout);
  } catch {
    return [];
  }
}

/** What a worker without a GPU says of itself. */
export const softwareGpu: WorkerGpu = {
  mode: "software",
  name: null,
  memory_total_mb: null,
  memory_used_mb: null,
  utilization: null,
};

/** All GPUs of a worker in one row: memory is the sum, utilization the mean of those that tell. */
export function describeGpus(gpus: readonly GpuFacts[]): WorkerGpu {
  if (gpus.length === 0) return softwareGpu;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const told = gpus.flatMap(({ utilization }) => utilization ?? []);
  const names = [...new Set(gpus.map(({ name }) => name))].join(" and ");
  return {
    mode: "cuda",
    name: gpus.length === 1 ? names : `${gpus.length} x ${names}`,
    memory_total_mb: sum(gpus.map((gpu) => gpu.memory_total_mb)),
    memory_used_mb: sum(gpus.map((gpu) => gpu.memory_used_mb)),
    utilization: told.length === 0 ? null : sum(told) / told.length,
  };
}
