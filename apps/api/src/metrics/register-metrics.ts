import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";
import { procedureNames } from "#router.ts";
import { fillGauges } from "./fill-gauges.ts";

const path = "/metrics";
const trpcPath = "/trpc/:path";

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether the caller shows the token. How long that takes tells nothing about it. */
function showsToken({ headers }: FastifyRequest, token: string): boolean {
  return timingSafeEqual(sha256(headers.authorization ?? ""), sha256(`Bearer ${token}`));
}

/** The patterns of a request's address: of a tRPC call its procedures, where there are such. */
function routesOf({ routeOptions, params }: FastifyRequest): string[] {
  const pattern = routeOptions.url ?? "none";
  if (pattern !== trpcPath) return [pattern];
  const { path: names = "" } = params as { path?: string };
  return names
    .split(",", procedureNames.size)
    .map((name) => (procedureNames.has(name) ? `/trpc/${name}` : "/trpc/unknown"));
}

function measureRequests(app: FastifyInstance, { metrics }: Deps): void {
  app.addHook("onResponse", (request: FastifyRequest, reply: FastifyReply, done) => {
    if (!app.isStream(reply.raw)) {
      const { statusCode, elapsedTime } = reply;
      metrics.request({ method: request.method, routes: routesOf(request), statusCode, seconds: elapsedTime / 1_000 });
    }
    done();
  });
}

/**
 * Counts requests and tells Prometheus of them and of all else, at `/metrics` to whoever shows the token. Without a token nothing is counted and
 * there is nothing at that address.
 */
export function registerMetrics(app: FastifyInstance, deps: Deps): void {
  const { metricsToken } = deps.settings;
  if (metricsToken === undefined) return;
  measureRequests(app, deps);
  // Asked for also when the process is too busy for others: that is what it tells of.
  const config = { pressureHandler: (): void => undefined };
  app.get(path, { config }, async (request, reply) => {
    if (!showsToken(request, metricsToken)) throw new AppError("AUTH_INVALID");
    const instruments = await deps.metrics.load();
    const { registry } = instruments;
    await fillGauges(instruments, deps);
    return reply
      .header("content-type", registry.contentType)
      .header("cache-control", "no-store")
      .send(await registry.metrics());
  });
}
