import type { FastifyInstance } from "fastify";

// With three seconds for the database pool after it, within the twelve that a shutdown has.
const longestDrainMs = 8_000;

/**
 * Knows which requests are under way, so that a shutdown lets them finish. Closing the server cuts every socket: that is right for event
 * streams, whose clients come back elsewhere, and wrong for a request whose answer is due.
 */
export function trackRequests(app: FastifyInstance): { drain: () => Promise<void> } {
  let underWay = 0;
  let onIdle: () => void = () => undefined;
  let isDraining = false;
  app.addHook("onSend", async (_request, reply) => {
    // Whoever comes again goes to another process.
    if (isDraining) void reply.header("connection", "close");
  });
  app.addHook("onRequest", async (_request, reply) => {
    underWay += 1;
    // Comes once, whether the answer was sent or the client went away.
    reply.raw.once("close", () => {
      underWay -= 1;
      if (underWay === 0) onIdle();
    });
  });
  return {
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
