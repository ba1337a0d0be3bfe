import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";
import { AppError } from "@hivesync/platform/app-error";
import { TRPCError, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import type { FastifyReply, FastifyRequest } from "fastify";
import { discardBody } from "@hivesync/platform/http/discard-body";
import { answerError, toEnvelopeError } from "./envelope.ts";

type Status = (typeof errorTable)[ErrorCode]["status"];

// tRPC has its own names for statuses.
const trpcCodeOfStatus: Readonly<Record<Status, TRPC_ERROR_CODE_KEY>> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_SUPPORTED",
  409: "CONFLICT",
  412: "PRECONDITION_FAILED",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL_SERVER_ERROR",
  503: "SERVICE_UNAVAILABLE",
};

const codeOfTrpcCode: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorCode>> = {
  BAD_REQUEST: "VALIDATION_ERROR",
  PARSE_ERROR: "VALIDATION_ERROR",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};

/** An error of ours in the protocol's words. */
export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({ code: trpcCodeOfStatus[error.status], message: error.publicMessage, cause: error });
}

function toData(body: ErrorBody): ErrorBody & { httpStatus: number } {
  return { ...body, httpStatus: errorTable[body.code].status };
}

/** What the protocol itself refuses gets a code of our table as well; an inner message never goes out. */
export function formatTrpcError<Shape extends object>({ error, shape }: { error: TRPCError; shape: Shape }) {
  const code = codeOfTrpcCode[error.code] ?? "INTERNAL_ERROR";
  const body = error.cause instanceof AppError ? error.cause.toBody() : new AppError(code).toBody();
  return { ...shape, message: body.message, data: toData(body) };
}

/** Answers in the protocol's words also what is refused before the protocol has seen it. */
export async function answerTrpcError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = toEnvelopeError(thrown);
  if (error.code === "PAYLOAD_TOO_LARGE") await discardBody(request.raw);
  const body = error.toBody();
  const code = TRPC_ERROR_CODES_BY_KEY[trpcCodeOfStatus[error.status]];
  return answerError(reply, error, { error: { message: body.message, code, data: toData(body) } });
}
