import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import { AppError } from "@hivesync/platform/app-error";
import { endWithParent } from "@hivesync/platform/child/end-with-parent";
import type { WriterFarewell, WriterJob, WriterMessage } from "./writer-messages.ts";

const progressIntervalMs = 100;

function send(message: WriterMessage): void {
  process.send?.(message);
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

type Write = (job: WriterJob, onProgress: (share: number) => void) => Promise<AiResult>;

/** After what nobody expected nothing more is done here. */
function fail(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.send?.({ type: "failed", message } satisfies WriterMessage, undefined, undefined, () => process.exit(0));
}

async function answer(write: Write, job: WriterJob): Promise<void> {
  try {
    send({ type: "result", result: await write(job, progressSender()) });
  } catch (error) {
    if (error instanceof AppError) send({ type: "refused", reason: error.publicMessage });
    else fail(error);
  }
}

/** Makes this process do jobs, one after the other, for the process that started it, until that one bids it farewell. An AppError is a reason for the user; anything else broke. */
export async function serveWriter(write: Write): Promise<void> {
  await endWithParent();
  process.on("message", (message: WriterJob | WriterFarewell) => {
    if (message.type === "farewell") process.exit(0);
    void answer(write, message);
  });
}
