import type { RateKey } from "@hivesync/contracts/endpoint";
import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";
import { TRPCClientError } from "@trpc/client";
import { HiveSyncError, isHiveSyncError, NetworkError, type AnswerFacts } from "#errors.ts";
import { describeLimit } from "./describe-limit.ts";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The error body where there is one: over tRPC in `error.data`, in an envelope in `error`. */
function readBody(value: unknown): ErrorBody | undefined {
  if (!isRecord(value) || typeof value["code"] !== "string" || typeof value["message"] !== "string") return undefined;
  // A newer server may know codes that this client does not: they are passed on as they are.
  return { code: value["code"] as ErrorCode, message: value["message"], details: value["details"] ?? null };
}

function readRetryAfter(response: Response | undefined, details: unknown): number | undefined {
  if (isRecord(details) && typeof details["retry_after_seconds"] === "number") return details["retry_after_seconds"];
  // Only the form in seconds: HiveSync never sends the other, a date.
  const header = response?.headers.get("retry-after");
  return header && /^\d+$/u.test(header) ? Number(header) : undefined;
}

function factsOf(response: Response | undefined, status: number, details: unknown): AnswerFacts {
  return {
    status,
    requestId: response?.headers.get("x-request-id") ?? undefined,
    retryAfterSeconds: readRetryAfter(response, details),
  };
}

function toError(body: ErrorBody, facts: AnswerFacts, rate?: RateKey): HiveSyncError {
  return new HiveSyncError({ ...body, message: describeLimit(body, rate) }, facts);
}

/** An answer that is not HiveSync's own: that of a proxy in front of it, or of something else at that address. */
export function unreadableAnswer(response: Response): HiveSyncError {
  const isPassing = [502, 503, 504].includes(response.status);
  const code = isPassing ? "SERVICE_UNAVAILABLE" : "INTERNAL_ERROR";
  const message = isPassing
    ? errorTable.SERVICE_UNAVAILABLE.message
    : `The answer (status ${response.status}) is not one of HiveSync's. Is the address right?`;
  return new HiveSyncError({ code, message, details: null }, factsOf(response, response.status, null));
}

/** What an answer that is no success says, in the envelope of REST. */
export async function readEnvelopeFailure(response: Response): Promise<HiveSyncError> {
  const json: unknown = await response.json().catch(() => undefined);
  const body = isRecord(json) ? readBody(json["error"]) : undefined;
  return body ? toError(body, factsOf(response, response.status, body.details)) : unreadableAnswer(response);
}

/** What a failed call over tRPC comes to in the SDK's own error family. `rate`: the limit that the call counts against. */
export function readFailure(error: unknown, rate: RateKey | undefined): unknown {
  if (!(error instanceof TRPCClientError)) return error;
  if (isHiveSyncError(error.cause)) return error.cause;
  const meta = error.meta ?? {};
  const response = meta["response"] instanceof Response ? meta["response"] : undefined;
  const data: unknown = error.data;
  const body = readBody(data);
  if (body) {
    const status = isRecord(data) && typeof data["httpStatus"] === "number" ? data["httpStatus"] : response?.status;
    return toError(body, factsOf(response, status ?? errorTable.INTERNAL_ERROR.status, body.details), rate);
  }
  const json = meta["responseJSON"];
  const envelope = isRecord(json) ? readBody(json["error"]) : undefined;
  if (envelope && response) return toError(envelope, factsOf(response, response.status, envelope.details), rate);
  if (response) return unreadableAnswer(response);
  return new NetworkError(describe(error.cause ?? error), { cause: error.cause });
}

// fetch says only "fetch failed"; why is in its cause.
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "The network failed";
  const deeper = error.cause instanceof Error ? error.cause : error;
  const reason = deeper.message === "" && "code" in deeper ? String(deeper.code) : deeper.message;
  return `HiveSync did not answer: ${reason}`;
}
