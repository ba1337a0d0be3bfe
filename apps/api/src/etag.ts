import { hash } from "node:crypto";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import { parseRest } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { RequestContext } from "./context.ts";

/** JSON with the keys of every object in one order. */
function sortedJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(sortedJson).join()}]`;
  const object = value as Record<string, unknown>;
  let json = "";
  for (const key of Object.keys(object).sort())
    if (object[key] !== undefined) json += `,${JSON.stringify(key)}:${sortedJson(object[key])}`;
  return `{${json.slice(1)}}`;
}

/**
 * The ETag of a resource (RFC 9110, section 8.8.3). The order of keys does not matter: the database has its own for stored JSON, so that the
 * answer to a change and a later read may differ in it.
 */
export function etagOf(resource: unknown): string {
  return `"${hash("sha256", sortedJson(resource), "base64url").slice(0, 22)}"`;
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
