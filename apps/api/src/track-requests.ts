import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";

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
  const underWay = new Map<ServerResponse, FastifyReply>();
  let onIdle: () => void = () => undefined;
  let isDraining = false;
  // Whoever comes again goes to another process.
  const isLastOfConnection = (reply: FastifyReply): void => void reply.header("connection", "close");
  const leave = (response: ServerResponse): void => {
    if (underWay.delete(response) && underWay.size === 0) onIdle();
  };
  app.addHook("onRequest", (_request, reply, done) => {
    underWay.set(reply.raw, reply);
    if (isDraining) isLastOfConnection(reply);
    // Comes once, whether the answer was sent or the client went away.
    reply.raw.once("close", () => leave(reply.raw));
    done();
  });
  return {
    becomesStream: leave,
    drain: async () => {
      isDraining = true;
      for (const reply of underWay.values()) if (!reply.raw.headersSent) isLastOfConnection(reply);
      app.server.close();
      app.server.closeIdleConnections();
      if (underWay.size === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        setTimeout(resolve, longestDrainMs).unref();
      });
    },
  };
}
