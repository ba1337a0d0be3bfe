import { AppError } from "@hivesync/platform/app-error";
import { discardBody } from "@hivesync/platform/http/discard-body";
import { newId } from "@hivesync/platform/ids";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";
import { registerForwarding } from "#forward/register-forwarding.ts";
import { createAdmission } from "#http/admit-request.ts";
import { registerLocalRoutes } from "#routes/register-local-routes.ts";
import { toAppError } from "#to-app-error.ts";

function logRefusal(deps: Deps, request: FastifyRequest, error: AppError): void {
  const level = error.code === "INTERNAL_ERROR" ? "error" : error.status >= 500 ? "warn" : "info";
  deps.log[level]("refused", {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? "none",
    code: error.code,
    status: error.status,
    ...(error.status >= 500 ? { reason: error.message, error: error.cause } : {}),
  });
}

/** Makes what answers. It does not listen: see `listenOnLoopback`. */
export async function createServer(deps: Deps): Promise<FastifyInstance> {
  const answerError = async (thrown: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const error = toAppError(thrown);
    if (error.code === "PAYLOAD_TOO_LARGE") await discardBody(request.raw);
    logRefusal(deps, request, error);
    if (error.retryAfterSeconds !== undefined) void reply.header("retry-after", String(error.retryAfterSeconds));
    return reply
      .code(error.status)
      .headers({ "content-type": "application/json; charset=utf-8", "x-request-id": request.id })
      .send(JSON.stringify({ ok: false, data: null, error: error.toBody() }));
  };
  const app = fastify({
    logger: false,
    genReqId: () => newId(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 4_096 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  });
  app.removeContentTypeParser("text/plain");
  app.addHook("onRequest", createAdmission(deps));
  // What is kept by a browser, or shown in one, does not come from here.
  app.addHook("onSend", async (_request, reply) => {
    void reply.headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    answerError(new AppError("NOT_FOUND", { publicMessage: "There is nothing at this address." }), request, reply),
  );
  registerLocalRoutes(app, deps);
  registerForwarding(app, deps);
  await app.ready();
  return app;
}
