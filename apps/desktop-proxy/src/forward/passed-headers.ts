import type { IncomingHttpHeaders } from "node:http";

/** Of a request. No cookie, no token, nothing that speaks of this connection. */
const requestHeaders = [
  "accept",
  "accept-language",
  "content-length",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
  "trpc-accept",
  "user-agent",
] as const;

// RFC 9110, section 7.6.1: of one connection only. The last three would give a browser what it must not have of this address.
const keptBack = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "alt-svc",
  "set-cookie",
  "strict-transport-security",
]);

/** The headers that go on to the API. */
export function toUpstream(headers: IncomingHttpHeaders, accessToken: string | undefined): Record<string, string> {
  const passed = requestHeaders.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(passed), ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}) };
}

/** The headers that come back to the client. */
export function toClient(headers: Record<string, string | string[] | undefined>): Record<string, string | string[]> {
  const passed = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || keptBack.has(name) || name.startsWith("access-control-") ? [] : [[name, value] as const],
  );
  return Object.fromEntries(passed);
}
