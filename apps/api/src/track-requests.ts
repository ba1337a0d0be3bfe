import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

// With three seconds for the database pool after it, within the twelve that a shutdown has.
const longestDrainMs = 8_000;

interface RequestTracker {
  /** Takes no new connections and waits for the requests under way. */
  drain: () => Promise<void>;
  /** An answer that goes on for as long as its client stays: it is not waited for. */
  becomesStream: (response: ServerResponse) => void;
}

/**
 * Knows which requests are under way, so that a shutdown lets them finish. Closing the server cuts every socket: that is right for event
 * streams, whose clients come back elsewhere, and wrong for a request whose answer is due.
 */
export function trackRequests(app: FastifyInstance): RequestTracker {
  const streams = new WeakSet<ServerResponse>();
  let underWay = 0;
  let onIdle: () => void = () => undefined;
  let isDraining = false;
  app.addHook("onSend", async (_request, reply) => {
    // Whoever comes again goes to another process.
    if (isDraining) void reply.header("connection", "close");
  });
  const leave = (): void => {
    underWay -= 1;
    if (underWay === 0) onIdle();
  };
  app.addHook("onRequest", async (_request, reply) => {
    underWay += 1;
    // Comes once, whether the answer was sent or the client went away.
    reply.raw.once("close", () => {
      if (!streams.has(reply.raw)) leave();
    });
  });
  return {
    becomesStream: (response) => {
      if (streams.has(response) || response.closed) return;
      streams.add(response);
      leave();
    },
    drain: async () => {
      isDraining = true;
      app.server.close();
      app.server.closeIdleConnections();
      if (underWay === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        setTimeout(resolve, longestDrainMs).unref();
      });
    },
  };
}
