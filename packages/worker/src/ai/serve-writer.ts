import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import { AppError } from "@hivesync/platform/app-error";
import { endWithParent } from "@hivesync/platform/child/end-with-parent";
import type { WriterJob, WriterMessage } from "./writer-messages.ts";

const progressIntervalMs = 100;

function send(message: WriterMessage): void {
  process.send?.(message);
}

function explain(error: unknown): WriterMessage {
  if (error instanceof AppError) return { type: "refused", reason: error.publicMessage };
  return { type: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Tells a share at most ten times a second, and only when there is more of it. */
function progressSender(): (share: number) => void {
  let sent = 0;
  let sentAt = -Infinity;
  return (share) => {
    if (share <= sent || performance.now() - sentAt < progressIntervalMs) return;
    sent = share;
    sentAt = performance.now();
    send({ type: "progress", share: Math.min(share, 1) });
  };
}

/** Makes this process do one job for the process that started it, and then end. An AppError is a reason for the user; anything else broke. */
export async function serveWriter(
  write: (job: WriterJob, onProgress: (share: number) => void) => Promise<AiResult>,
): Promise<void> {
  await endWithParent();
  process.once("message", (job: WriterJob) => {
    const finish = (message: WriterMessage): void => {
      process.send?.(message, undefined, undefined, () => process.exit(0));
    };
    write(job, progressSender()).then(
      (result) => finish({ type: "result", result }),
      (error: unknown) => finish(explain(error)),
    );
  });
}
