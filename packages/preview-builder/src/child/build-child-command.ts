// Runs one build in a process of its own, for the process that started it; see run-build-in-child.ts.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { endWithParent } from "@hivesync/platform/child/end-with-parent";
import { stop } from "esbuild";
import { buildPreview } from "#build-preview.ts";
import type { BuildProgress } from "#build-result.ts";
import { askParent } from "#child/ask-parent.ts";
import { rehearse } from "#child/rehearse.ts";
import type { ChildJob, ChildMessage, Reply } from "#child/child-messages.ts";

const PROGRESS_INTERVAL_MS = 50;
/** What is done once the result is with whoever waits for it. */
const afterwards: (() => Promise<void>)[] = [];
/** Until then the parent brings the result away, and has no time to lose. Less than what it lets an answered child live. */
const AFTERWARDS_DELAY_MS = 200;
const rehearsal = new AbortController();

await endWithParent();
// The first to listen: what came until now was kept, and is given to whoever listens in this turn.
const parent = askParent(process);
process.on("message", (job: ChildJob | Reply) => {
  if (job.type !== "job") return;
  rehearsal.abort();
  void run(job).then(finish, (error: unknown) =>
    finish({ type: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
const [, , runtimeCacheDirectory] = process.argv;
// A child that is started ahead of its job. The job does not wait, and ends the bundler when it is done, and so what still rehearses.
if (runtimeCacheDirectory !== undefined)
  await rehearse({ runtimeCacheDirectory, keeper: parent.keeper, signal: rehearsal.signal }).catch((error: unknown) => {
    if (!rehearsal.signal.aborted) throw error;
  });

async function run(job: ChildJob): Promise<ChildMessage> {
  let sent: BuildProgress | undefined;
  let sentAt = 0;
  const onProgress = (progress: BuildProgress): void => {
    if (progress.phase === sent?.phase && performance.now() - sentAt < PROGRESS_INTERVAL_MS) return;
    sent = progress;
    sentAt = performance.now();
    send({ type: "progress", progress });
  };
  const result = await buildPreview({
    ...job,
    readBlob: (sha256) => readBlob(job.blobDirectory, sha256),
    onProgress,
    packages: job.hasPackages ? parent.packages : undefined,
    keeper: parent.keeper,
    afterwards: (work) => void afterwards.push(work),
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
  process.send?.(message, undefined, undefined, () => {
    // What is not kept is made anew by the next build, which is all that a failure means.
    const delay = afterwards.length === 0 ? 0 : AFTERWARDS_DELAY_MS;
    void setTimeout(delay)
      .then(() => Promise.allSettled(afterwards.map((work) => work())))
      .then(() => process.exit(0));
  });
}
