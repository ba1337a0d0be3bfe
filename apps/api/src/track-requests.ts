import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

// With three seconds for the database pool after it, within the twelve that a shutdown has.
const longestDrainMs = 8_000;

/** The most that can be said before connections are refused: half of the time is for what is under way. */
export const longestNoticeMs = 4_000;

interface RequestTracker {
  /**
   * Says on `/health` for `noticeMs` that this process leaves, so that balancers turn away while it still serves whoever comes; then takes no
   * new connections and waits for the requests under way.
   */
  drain: (noticeMs?: number) => Promise<void>;
  /** An answer that goes on for as long as its client stays: it is not waited for. */
  becomesStream: (response: ServerResponse) => void;
  isStream: (response: ServerResponse) => boolean;
}

const asksForHealth = ({ routeOptions }: FastifyRequest): boolean =>
  /^(\/api\/v1)?\/health(\/deep)?$/.test(routeOptions.url ?? "");

/**
 * Knows which requests are under way, so that a shutdown lets them finish. Closing the server cuts every socket: that is right for event
 * streams, whose clients come back elsewhere, and wrong for a request whose answer is due.
 */
export function trackRequests(app: FastifyInstance): RequestTracker {
  const underWay = new Map<ServerResponse, FastifyReply>();
  const streams = new WeakSet<ServerResponse>();
  let onIdle: () => void = () => undefined;
  let isDraining = false;
  // Whoever comes again goes to another process.
  const isLastOfConnection = (reply: FastifyReply): void => void reply.header("connection", "close");
  const leave = (response: ServerResponse): void => {
    if (underWay.delete(response) && underWay.size === 0) onIdle();
  };
  app.addHook("onRequest", (request, reply, done) => {
    underWay.set(reply.raw, reply);
    // Comes once, whether the answer was sent or the client went away.
    reply.raw.once("close", () => leave(reply.raw));
    if (!isDraining) return done();
    isLastOfConnection(reply);
    if (!asksForHealth(request)) return done();
    done(new AppError("SERVICE_UNAVAILABLE", { publicMessage: "This process is about to end.", retryAfterSeconds: 1 }));
  });
  return {
    becomesStream: (response) => {
      streams.add(response);
      leave(response);
    },
    isStream: (response) => streams.has(response),
    drain: async (noticeMs = 0) => {
      isDraining = true;
      const lastAt = Date.now() + longestDrainMs;
      if (noticeMs > 0) await delay(noticeMs);
      for (const reply of underWay.values()) if (!reply.raw.headersSent) isLastOfConnection(reply);
      app.server.close();
      app.server.closeIdleConnections();
      if (underWay.size === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        setTimeout(resolve, lastAt - Date.now()).unref();
      });
    },
  };
}
