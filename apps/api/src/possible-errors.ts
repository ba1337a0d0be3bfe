import { hasRole } from "@hivesync/contracts/access";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";
import { takesIdempotencyKey } from "./idempotency.ts";

/** Whether an endpoint's calls count against the caller's general limit, and its answers say how much of that is left. */
function isCounted({ rate, access }: Endpoint): boolean {
  return rate !== "none" && access.kind !== "public" && access.kind !== "worker";
}

function errorsOfAccess({ access }: Endpoint): ErrorCode[] {
  switch (access.kind) {
    case "public":
      return [];
    case "worker":
      return ["AUTH_INVALID"];
    case "user":
      return ["AUTH_INVALID", "AUTH_EXPIRED"];
    case "site":
      return ["AUTH_INVALID", "AUTH_EXPIRED", "FORBIDDEN"];
    case "role":
    case "role_or_preview": {
      // Whoever is in no team of the resource is told NOT_FOUND, so that only those of a weaker role are left to be told more.
      const forbidden: ErrorCode[] = hasRole("Member", access.minimum) ? [] : ["FORBIDDEN"];
      return ["AUTH_INVALID", "AUTH_EXPIRED", "NOT_FOUND", ...forbidden];
    }
  }
}

/** Every code that an endpoint can answer with: its own, and those that follow from its access, its input and its limits. In the table's order. */
export function possibleErrors(contract: Endpoint): ErrorCode[] {
  const reads = parseRest(contract.rest).method === "GET";
  const possible = new Set<ErrorCode>([
    ...contract.errors,
    ...errorsOfAccess(contract),
    "VALIDATION_ERROR",
    ...(reads ? [] : (["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const)),
    ...(isCounted(contract) ? (["RATE_LIMITED"] as const) : []),
    ...(takesIdempotencyKey(contract) ? (["CONFLICT", "IDEMPOTENCY_MISMATCH"] as const) : []),
    "SERVICE_UNAVAILABLE",
    "INTERNAL_ERROR",
  ]);
  return (Object.keys(errorTable) as ErrorCode[]).filter((code) => possible.has(code));
}
