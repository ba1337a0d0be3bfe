import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeGpus, parseGpus, probeGpus, softwareGpu } from "./probe.ts";

const card = "GPU-5d8f1f0a-0000-0000-0000-000000000001, NVIDIA H100 80GB HBM3, 81559, 1024, 50";
const other = "GPU-5d8f1f0a-0000-0000-0000-000000000002, NVIDIA H100 80GB HBM3, 81559, 0, 0";

async function driverThat(script: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-driver-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "nvidia-smi");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

test("one GPU is told with its name, its memory in MiB and its use as a share", () => {
  expect(describeGpus(parseGpus(`${card}\n`))).toEqual({
    mode: "cuda",
    name: "NVIDIA H100 80GB HBM3",
    memory_total_mb: 81_559,
    memory_used_mb: 1_024,
    utilization: 0.5,
  });
});

test("several GPUs are told as one row: memory added up, use as the mean", () => {
  expect(describeGpus(parseGpus(`${card}\n${other}\n`))).toMatchObject({
    name: "2 x NVIDIA H100 80GB HBM3",
    memory_total_mb: 163_118,
    memory_used_mb: 1_024,
    utilization: 0.25,
  });
});

test("a GPU whose use the driver does not tell is a GPU all the same", () => {
  const [gpu] = parseGpus("GPU-1, NVIDIA A100, 40960, 10, [N/A]");
  expect(gpu).toMatchObject({ memory_used_mb: 10, utilization: null });
  expect(describeGpus(gpu ? [gpu] : [])).toMatchObject({ mode: "cuda", utilization: null });
});

test.each(["", "No devices were found\n", "GPU-1, NVIDIA X, [N/A], [N/A], [N/A]\n", "Failed to initialize NVML\n"])(
  "what names no GPU that has memory is none: %j",
  (output) => expect(parseGpus(output)).toEqual([]),
);

test("without a GPU the worker says that it works in software", () => {
  expect(describeGpus([])).toEqual(softwareGpu);
});

test("the driver is asked for exactly what is read", async () => {
  const driver = await driverThat(`[ "$1" = "--query-gpu=uuid,name,memory.total,memory.used,utilization.gpu" ] || exit 2
[ "$2" = "--format=csv,noheader,nounits" ] || exit 2
echo "${card}"`);
  expect(await probeGpus(driver)).toHaveLength(1);
});

test("no driver, or one that fails, is no GPU", async () => {
  expect(await probeGpus("/nowhere/nvidia-smi")).toEqual([]);
  expect(await probeGpus(await driverThat("echo broken >&2; exit 9"))).toEqual([]);
});
