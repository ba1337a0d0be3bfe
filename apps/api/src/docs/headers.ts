import type { HeaderObject, HeadersObject } from "openapi3-ts/oas31";

const integer = { type: "integer", minimum: 0 } as const;

/** Every header that an answer of ours may bear. */
export const responseHeaders = {
  "X-Request-Id": {
    description: "Names this call in the log. Tell it when something went wrong.",
    schema: { type: "string", format: "uuid" },
  },
  "RateLimit-Limit": { description: "Calls that the limit which is tightest now allows.", schema: integer },
  "RateLimit-Remaining": { description: "How many of them are left.", schema: integer },
  "RateLimit-Reset": { description: "Seconds until all of them are there again.", schema: integer },
  "Retry-After": { description: "Seconds to wait before the next try.", schema: integer },
  ETag: {
    description: "Names this state of the resource, for `If-None-Match` and `If-Match`.",
    schema: { type: "string" },
  },
} as const satisfies Record<string, HeaderObject>;

type HeaderName = keyof typeof responseHeaders;

export const rateLimitHeaders = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] as const;

/** These headers, as references to the document's components. */
export function headersOf(names: readonly HeaderName[]): HeadersObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
