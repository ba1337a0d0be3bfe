// Runs one build in a process of its own, for the process that started it; see run-build-in-child.ts.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stop, transform } from "esbuild";
import { buildPreview } from "#build-preview.ts";
import type { ChildJob, ChildMessage } from "#child/child-messages.ts";

// The channel closes when the starter ends, however it ends: nothing of this build may outlive it.
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
process.once("message", (job: ChildJob) => {
  void run(job).then(finish, (error: unknown) =>
    finish({ type: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
// Starting the bundler's service takes a while; a child that is started ahead of its job has that behind it.
await transform("");
send({ type: "ready" });

async function run(job: ChildJob): Promise<ChildMessage> {
  const result = await buildPreview({
    ...job,
    readBlob: (sha256) => readBlob(job.blobDirectory, sha256),
    onProgress: (progress) => send({ type: "progress", progress }),
  });
  return { type: "result", result };
}

function readBlob(directory: string, sha256: string): Promise<Uint8Array> {
  // The name becomes a path of the host, so it is never taken on trust.
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error("A manifest names a blob that is no SHA-256.");
  return readFile(join(directory, sha256));
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

/** Ends the bundler's service first, so that it is this process that reaps it. */
async function finish(message: ChildMessage): Promise<void> {
  await stop();
  process.send?.(message, undefined, undefined, () => process.exit(0));
}
