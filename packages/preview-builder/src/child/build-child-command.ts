// Runs builds of one project, one after the other, in a process of its own, for the process that started it; see run-build-in-child.ts.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { endWithParent } from "@hivesync/platform/child/end-with-parent";
import { stop } from "esbuild";
import { buildPreview } from "#build-preview.ts";
import type { BuildProgress } from "#build-result.ts";
import { askParent } from "#child/ask-parent.ts";
import { rehearse } from "#child/rehearse.ts";
import type { ChildJob, ChildMessage, Farewell, Reply } from "#child/child-messages.ts";
import { openModulesStore, rememberModules } from "#kept-modules/modules-store.ts";

const PROGRESS_INTERVAL_MS = 50;
/** Whoever saves often is not kept waiting by what only later processes will need. */
const FLUSH_DELAY_MS = 2_000;
const rehearsal = new AbortController();

await endWithParent();
// The first to listen: what came until now was kept, and is given to whoever listens in this turn.
const parent = askParent(process);
const store = rememberModules(openModulesStore(parent.keeper));
let flushing: NodeJS.Timeout | undefined;

process.on("message", (message: ChildJob | Reply | Farewell) => {
  if (message.type === "reply") return;
  clearTimeout(flushing);
  if (message.type === "farewell") return void leave();
  rehearsal.abort();
  void run(message).then(send, fail);
});
const [, , runtimeCacheDirectory] = process.argv;
// A child that is started ahead of its job. The job does not wait.
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
    keptModules: job.keptModules && { ...job.keptModules, store },
  });
  flushing = setTimeout(() => void store.flush(), FLUSH_DELAY_MS);
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

/** After what the builder does not expect nothing more is built here. */
async function fail(error: unknown): Promise<void> {
  await stop();
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.send?.({ type: "failed", message } satisfies ChildMessage, undefined, undefined, () => process.exit(0));
}

/** Ends the bundler's service first, so that it is this process that reaps it. */
async function leave(): Promise<void> {
  await store.flush();
  await stop();
  process.exit(0);
}
