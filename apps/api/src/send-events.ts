import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import type { StreamEvent } from "./operation.ts";
import { toAppError } from "./to-app-error.ts";

const heartbeatMs = 15_000;
// A reader that takes nothing for so long is cut off. It comes back and goes on after the last event that it saw.
const longestStallMs = 30_000;
const reconnectMs = 1_000;

/** One event in the form of the HTML standard, section 9.2.6. JSON has no line breaks, so one data line is enough. */
function format({ id, data }: StreamEvent<unknown>): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Writes, and waits while the reader is slower than the stream. False when it has gone or takes nothing any more. */
async function write(response: ServerResponse, text: string): Promise<boolean> {
  if (response.destroyed) return false;
  if (response.write(text)) return true;
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(longestStallMs)]);
  const wait = (event: "drain" | "close"): Promise<boolean> =>
    once(response, event, { signal }).then(
      () => event === "drain",
      () => false,
    );
  return Promise.race([wait("drain"), wait("close")]).finally(() => settled.abort());
}

/**
 * Sends server-sent events until the client has gone, with a sign of life every 15 seconds. An error after the first event goes out as an
 * event named `stream_error`, with the same code, message and details as an envelope has.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncIterable<StreamEvent<unknown>>): Promise<void> {
  const response = reply.raw;
  reply.hijack();
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // Proxies that gather an answer before they pass it on would gather for ever.
    "x-accel-buffering": "no",
  });
  response.write(`retry: ${reconnectMs}\n\n`);
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(": alive\n\n");
  }, heartbeatMs);
  try {
    for await (const event of events) if (!(await write(response, format(event)))) break;
  } catch (error) {
    const { message, ...body } = toAppError(error).toBody();
    response.write(`event: stream_error\ndata: ${JSON.stringify({ ...body, message })}\n\n`);
  } finally {
    clearInterval(heartbeat);
    response.end();
    // Whoever takes nothing does not take the end either.
    if (response.writableNeedDrain) response.destroy();
  }
}
