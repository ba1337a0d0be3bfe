import { AppError } from "@hivesync/platform/app-error";
import { fromFrameworkError } from "@hivesync/platform/http/framework-error";
import type { FastifyReply, FastifyRequest } from "fastify";
import { refusalHeaders } from "./rate-limit/allowance.ts";
import { toAppError } from "./to-app-error.ts";

/** Any error as one of the table, the framework's included. */
export function toEnvelopeError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return fromFrameworkError(thrown) ?? toAppError(thrown);
}

/** Logs what went wrong where only we see it; 5xx alone, for what the caller did stands in the access log. */
function logFailure(request: FastifyRequest, error: AppError): void {
  if (error.status < 500) return;
  request.server.deps.log.error("request_failed", {
    request_id: request.id,
    code: error.code,
    reason: error.message,
    error: error.cause,
  });
}

/** Answers with an error's status and headers, and with this body, which says what it is. */
export function answerError(reply: FastifyReply, error: AppError, body: unknown): FastifyReply {
  logFailure(reply.request, error);
  return reply
    .code(error.status)
    .headers(refusalHeaders(error))
    .header("content-type", "application/json; charset=utf-8")
    .send(JSON.stringify(body));
}

/** Answers with the error envelope. */
export function sendError(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toEnvelopeError(thrown);
  return answerError(reply, error, { ok: false, data: null, error: error.toBody() });
}
