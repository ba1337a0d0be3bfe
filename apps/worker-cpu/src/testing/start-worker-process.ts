import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { waitUntil } from "@hivesync/testing/wait-until";
import { onTestFinished } from "vitest";

const mainFile = fileURLToPath(new URL("../main.ts", import.meta.url));

/** This app as a process of its own, killed at the end of the test. */
export async function startWorkerProcess(
  environment: Readonly<Record<string, string>>,
): Promise<{ worker: ChildProcess; output: () => string }> {
  const env = { ...environment, HIVESYNC_LOG_LEVEL: "info" };
  const worker = spawn(process.execPath, [mainFile], { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  worker.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  onTestFinished(() => {
    worker.kill("SIGKILL");
  });
  await waitUntil(
    () => text,
    (lines) => lines.includes("worker_started"),
  );
  return { worker, output: () => text };
}
