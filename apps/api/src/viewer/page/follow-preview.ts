import type { PreviewEvent } from "@hivesync/contracts/resources/previews";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { askApi, readRefusal, type Answer } from "./preview-link.ts";

const firstBackoffMs = 500;
const longestBackoffMs = 30_000;
// The server gives a sign of life every 15 seconds.
const longestSilenceMs = 40_000;
// A tab that nobody sees for so long lets go of its stream.
const hiddenForMs = 60_000;

export interface News {
  onEvent: (event: PreviewEvent) => void;
  /** There is no stream: for now, or for good. */
  onRefusal: (answer: Answer) => void;
}

const nextEvent = (target: EventTarget, type: string): Promise<unknown> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

/** Ends early when the network comes back. */
async function pause(milliseconds: number): Promise<void> {
  await Promise.race([new Promise((resolve) => setTimeout(resolve, milliseconds)), nextEvent(window, "online")]);
}

async function untilVisible(): Promise<void> {
  while (document.hidden) await nextEvent(document, "visibilitychange");
}

/** A signal that aborts when nothing was heard for long, or nobody looks. */
function watchdog() {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (): void => controller.abort();
  let silence = setTimeout(abort, longestSilenceMs);
  let hidden: ReturnType<typeof setTimeout> | undefined;
  const onVisibility = (): void => {
    clearTimeout(hidden);
    hidden = document.hidden ? setTimeout(abort, hiddenForMs) : undefined;
  };
  document.addEventListener("visibilitychange", onVisibility, { signal });
  return {
    signal,
    heard: () => {
      clearTimeout(silence);
      silence = setTimeout(abort, longestSilenceMs);
    },
    stop: () => {
      clearTimeout(silence);
      clearTimeout(hidden);
      abort();
    },
  };
}

/** Each message of the stream; every piece of it is a sign of life. */
async function* readMessages(response: Response, heard: () => void) {
  if (!response.body) return;
  const notice = new TransformStream<string, string>({
    transform: (piece, controller) => {
      heard();
      controller.enqueue(piece);
    },
  });
  const text = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(notice);
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

/** One stream, until it ends. Answers why, where the server said so. */
async function readStream(news: News): Promise<Answer | undefined> {
  const dog = watchdog();
  try {
    const response = await askApi("/stream", dog.signal);
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
      const body = (await response.json()) as { error?: { code?: string } };
      return readRefusal(body.error?.code, response.headers);
    }
    for await (const { event, data } of readMessages(response, dog.heard)) {
      if (event === "stream_error") return readRefusal((JSON.parse(data) as { code?: string }).code);
      news.onEvent(JSON.parse(data) as PreviewEvent);
    }
    return undefined;
  } finally {
    dog.stop();
  }
}

/** Follows the preview until its link opens nothing any more. The first event of each stream says how it stands, so none is missed. */
export async function followPreview({ onEvent, onRefusal }: News): Promise<void> {
  let failures = 0;
  const heard: News["onEvent"] = (event) => {
    failures = 0;
    onEvent(event);
  };
  for (;;) {
    await untilVisible();
    const end = await readStream({ onEvent: heard, onRefusal }).catch((): Answer => ({ kind: "trouble" }));
    if (document.hidden) continue;
    if (end) onRefusal(end);
    if (end?.kind === "gone") return;
    const backoffMs = Math.min(firstBackoffMs * 2 ** failures, longestBackoffMs);
    failures += 1;
    await pause((end?.kind === "trouble" && end.retryAfterMs) || backoffMs);
  }
}
