import type { FastifyReply } from "fastify";
import type { StreamEvent } from "./operation.ts";
import { toAppError } from "./to-app-error.ts";
import { writeWhenTaken } from "./write-when-taken.ts";

const heartbeatMs = 15_000;
const reconnectMs = 1_000;

/** One event in the form of the HTML standard, section 9.2.6. JSON has no line breaks, so one data line is enough. */
function format({ id, data }: StreamEvent<unknown>): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
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
    for await (const event of events) if (!(await writeWhenTaken(response, format(event)))) break;
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
