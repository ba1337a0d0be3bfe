import type { ServerResponse } from "node:http";
import cors from "@fastify/cors";
import underPressure from "@fastify/under-pressure";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Deps } from "./deps.ts";
import { registerAdminConsole } from "./admin-console/register-admin-console.ts";
import { registerAdminGuard } from "./admin-guard.ts";
import { noteRoutes, type MethodsAt } from "./allowed-methods.ts";
import { createUnreadable } from "@hivesync/platform/http/answer-unreadable";
import { checkRequest } from "./check-request.ts";
import { discardBody } from "@hivesync/platform/http/discard-body";
import { registerDocs } from "./docs/register-docs.ts";
import { sendError, toEnvelopeError } from "./envelope.ts";
import { securityHeaders } from "./security-headers.ts";
import { trackRequests } from "./track-requests.ts";
import { registerRest } from "./rest.ts";
import { registerMetrics } from "./metrics/register-metrics.ts";
import { registerTrpc } from "./trpc.ts";
import { registerDevicePage } from "./device-page/register-device-page.ts";
import { registerViewer } from "./viewer/register-viewer.ts";

/** How long a client may take to send its request. */
const longestRequestMs = 60_000;

declare module "fastify" {
  interface FastifyInstance {
    deps: Deps;
    /** See {@link trackRequests}. */
    drain: (noticeMs?: number) => Promise<void>;
    becomesStream: (response: ServerResponse) => void;
    /** Whether the answer has become one. */
    isStream: (response: ServerResponse) => boolean;
  }
}

export interface ServerOptions {
  corsOrigins: readonly string[];
  trustedProxies: string | undefined;
  /** How late the event loop may be before requests are refused. Two seconds when absent. */
  maxEventLoopDelayMs?: number;
}

function logResponse(request: FastifyRequest, reply: FastifyReply): void {
  const { statusCode } = reply;
  // 401 and 404 are everyday: expired tokens and guesses.
  const level =
    statusCode >= 500 ? "error" : statusCode >= 400 && statusCode !== 401 && statusCode !== 404 ? "warn" : "info";
  request.server.deps.log[level]("request", {
    request_id: request.id,
    method: request.method,
    // The pattern, never the address: that may hold a token.
    route: request.routeOptions.url ?? "none",
    status: statusCode,
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
  });
}

async function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  // A client that is still sending when the answer comes sees a reset connection instead of the answer.
  if (toEnvelopeError(error).code === "PAYLOAD_TOO_LARGE") await discardBody(request.raw);
  return sendError(request, reply, error);
}

function answerUnknownRoute(methodsAt: MethodsAt) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const methods = methodsAt(request.url.split("?", 1)[0] ?? "");
    if (methods.length === 0) {
      const nothing = new AppError("NOT_FOUND", { publicMessage: "There is nothing at this address." });
      return sendError(request, reply, nothing);
    }
    void reply.header("allow", methods.join(", "));
    return sendError(request, reply, new AppError("METHOD_NOT_ALLOWED"));
  };
}

/** What browsers are told of who may read answers. */
async function registerCors(app: FastifyInstance, corsOrigins: readonly string[]): Promise<void> {
  await app.register(cors, {
    // An OPTIONS without an Origin is no preflight, and no fault either.
    strictPreflight: false,
    origin: [...corsOrigins],
    // The plugin grants only what a form may do.
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    exposedHeaders: [
      "etag",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
      "retry-after",
      "x-request-id",
    ],
    maxAge: 600,
  });
}

/** Makes the HTTP server with everything that it serves. It does not listen yet. */
export async function createServer(deps: Deps, options: ServerOptions): Promise<FastifyInstance> {
  const unreadable = createUnreadable();
  const app = fastify({
    logger: false,
    genReqId: () => newId(),
    requestIdHeader: false,
    trustProxy: options.trustedProxies ?? false,
    forceCloseConnections: true,
    requestTimeout: longestRequestMs,
    routerOptions: { maxParamLength: 4_096 },
    // Node's own refusal has no body.
    http: { requireHostHeader: false },
    clientErrorHandler: unreadable.answer,
    frameworkErrors: (error, request, reply) => {
      void reply.header("x-request-id", request.id);
      sendError(request, reply, error);
    },
  });
  unreadable.attachTo(app.server);
  app.decorate("deps", deps);
  app.removeContentTypeParser("text/plain");
  const constantHeaders = securityHeaders();
  app.addHook("onRequest", (request, reply, done) => {
    void reply.headers(constantHeaders).header("x-request-id", request.id);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    logResponse(request, reply);
    done();
  });
  const requests = trackRequests(app);
  app.decorate("drain", requests.drain);
  app.decorate("becomesStream", requests.becomesStream);
  app.decorate("isStream", requests.isStream);
  app.setErrorHandler(handleError);
  const answerUnknown = answerUnknownRoute(noteRoutes(app));
  app.setNotFoundHandler(answerUnknown);
  await registerCors(app, options.corsOrigins);
  await app.register(underPressure, {
    maxEventLoopDelay: options.maxEventLoopDelayMs ?? 2_000,
    sampleInterval: 500,
    retryAfter: 2,
  });
  registerAdminGuard(app, deps);
  // At once: what is sent to no address of ours is not read.
  app.addHook("onRequest", (request, reply, done) => {
    if (request.is404) answerUnknown(request, reply);
    else done();
  });
  app.addHook("onRequest", checkRequest);
  app.get("/.well-known/jwks.json", async (_request, reply) =>
    reply.header("cache-control", "public, max-age=300").send({ keys: await deps.signingKeys.publicJwks() }),
  );
  registerMetrics(app, deps);
  registerRest(app, deps);
  await registerTrpc(app, deps);
  registerViewer(app, deps);
  registerDevicePage(app);
  registerAdminConsole(app, deps);
  registerDocs(app, deps);
  return app;
}
