import type { ErrorBody, ValidationIssue } from "@hivesync/contracts/errors";
import { TRPCClientError } from "@trpc/client";

function bodyOf(error: unknown): ErrorBody | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data = error.data as Partial<ErrorBody> | null | undefined;
  return data?.code === undefined ? undefined : { code: data.code, message: error.message, details: data.details };
}

/** What went wrong, as a person is told. */
export function toWords(error: unknown): string {
  const body = bodyOf(error);
  if (body?.code === "VALIDATION_ERROR" && Array.isArray(body.details)) {
    const issues = body.details as ValidationIssue[];
    return issues.map(({ path, message }) => [path, message].filter(Boolean).join(" ")).join("; ") || body.message;
  }
  return body?.message ?? "The API does not answer.";
}

/** Whether the same call may well succeed in a moment. */
export function isWorthAnotherTry(error: unknown): boolean {
  const body = bodyOf(error);
  return body === undefined || body.code === "SERVICE_UNAVAILABLE" || body.code === "INTERNAL_ERROR";
}

/** The part of a refusal's details that a code of ours carries. */
export function detailsOf(error: unknown): unknown {
  return bodyOf(error)?.details;
}
