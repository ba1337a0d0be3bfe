import { createHash } from "node:crypto";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import { parseRest } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { RequestContext } from "./context.ts";

function sortKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sortKeys);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/**
 * The ETag of a resource (RFC 9110, section 8.8.3). The order of keys does not matter: the database has its own for stored JSON, so that the
 * answer to a change and a later read may differ in it.
 */
export function etagOf(resource: unknown): string {
  const json = JSON.stringify(sortKeys(resource));
  return `"${createHash("sha256").update(json).digest("base64url").slice(0, 22)}"`;
}

/** Whether an If-Match or If-None-Match header names this ETag. A proxy that compresses may have made it a weak one. */
export function namesEtag(header: string, etag: string): boolean {
  return header.split(",").some((named) => {
    const trimmed = named.trim();
    return trimmed === "*" || trimmed.replace(/^W\//, "") === etag;
  });
}

/** Whether answers of this endpoint are one resource of the caller's, which has an ETag: not a list, and nothing public. */
export function answersOneResource(contract: Endpoint): boolean {
  const { method } = parseRest(contract.rest);
  const isRead = method === "GET" || method === "PATCH" || contract.status === 201;
  const isPage = "shape" in contract.output && Object.hasOwn(contract.output.shape as object, "items");
  return isRead && !isPage && contract.access.kind !== "public" && contract.kind !== "subscription";
}

/**
 * Honours If-Match (RFC 9110, section 13.1.1): the change is made only to what the caller has read.
 *
 * @param current - The resource as its endpoint would answer it now, read under a lock in the transaction of the change.
 * @throws AppError PRECONDITION_FAILED when it was changed since.
 */
export function requireMatch(request: RequestContext, current: unknown): void {
  const header = request.header("if-match");
  if (header === undefined || namesEtag(header, etagOf(current))) return;
  throw new AppError("PRECONDITION_FAILED");
}
