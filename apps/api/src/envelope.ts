import { AppError } from "@hivesync/platform/app-error";
import type { FastifyReply, FastifyRequest } from "fastify";
import { refusalHeaders } from "./rate-limit/allowance.ts";
import { toAppError } from "./to-app-error.ts";

// What the framework itself refuses, by its own codes.
const codeOfFrameworkError: Readonly<Record<string, AppError["code"]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
  FST_ERR_CTP_EMPTY_JSON_BODY: "VALIDATION_ERROR",
  FST_ERR_CTP_INVALID_JSON_BODY: "VALIDATION_ERROR",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "VALIDATION_ERROR",
  FST_ERR_BAD_URL: "NOT_FOUND",
  FST_ERR_MAX_PARAM_LENGTH: "NOT_FOUND",
};

/** Any error as one of the table, the framework's included. */
export function toEnvelopeError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error) {
    const frameworkCode =
      "code" in thrown && typeof thrown.code === "string" ? codeOfFrameworkError[thrown.code] : undefined;
    if (frameworkCode) {
      const details =
        frameworkCode === "VALIDATION_ERROR" ? [{ path: "", message: "the body is not valid JSON" }] : null;
      return new AppError(frameworkCode, { cause: thrown, details });
    }
    if (thrown instanceof SyntaxError) {
      return new AppError("VALIDATION_ERROR", {
        details: [{ path: "", message: "the body is not valid JSON" }],
        cause: thrown,
      });
    }
    const status = "statusCode" in thrown ? thrown.statusCode : undefined;
    if (status === 503) return new AppError("SERVICE_UNAVAILABLE", { cause: thrown, retryAfterSeconds: 2 });
    if (status === 400)
      return new AppError("VALIDATION_ERROR", {
        cause: thrown,
        details: [{ path: "", message: "the request cannot be read" }],
      });
  }
  return toAppError(thrown);
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
