import type { SignIn } from "@hivesync/contracts/resources/auth";
import { parseCookie, stringifySetCookie } from "cookie";
import type { RequestContext } from "#context.ts";
import { refreshTokenDays } from "./refresh-tokens.ts";
import type { SignInWithToken } from "./sign-in.ts";

// The prefix has browsers take it from this very host alone, and send it nowhere else (RFC 6265bis, section 4.1.3.2).
const name = "__Host-hivesync_refresh";

function setCookie(request: RequestContext, value: string, maxAge: number): void {
  const attributes = { path: "/", secure: true, httpOnly: true, sameSite: "strict" } as const;
  request.setHeader("set-cookie", stringifySetCookie({ name, value, maxAge, ...attributes }));
}

/** The refresh token of a page. It is a credential for a refresh and for nothing else. */
export function readRefreshCookie(request: RequestContext): string | undefined {
  return parseCookie(request.header("cookie") ?? "")[name] || undefined;
}

/** Takes the cookie away from whoever sent it. */
export function clearRefreshCookie(request: RequestContext): void {
  if (readRefreshCookie(request) !== undefined) setCookie(request, "", 0);
}

/** The answer to a page, whose refresh token goes where no script can read it. */
export function keepInCookie(request: RequestContext, { refresh_token: token, ...rest }: SignInWithToken): SignIn {
  setCookie(request, token, refreshTokenDays * 24 * 3_600);
  return rest;
}
