import { AppError } from "@hivesync/platform/app-error";
import type { RequestContext } from "#context.ts";
import type { Settings } from "#settings.ts";

// Whoever develops uses any of them, and nothing else of the world is served there.
const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Whether an Origin header names the origin that clients see us at. */
export function isOwnOrigin(origin: string, publicUrl: string): boolean {
  const own = new URL(publicUrl);
  if (origin === own.origin) return true;
  if (!loopbackNames.includes(own.hostname)) return false;
  return loopbackNames.some((hostname) => {
    const other = new URL(own.origin);
    other.hostname = hostname;
    return origin === other.origin;
  });
}

/**
 * What uses a cookie must come from a page of ours. That the cookie is SameSite is not enough: in development storage and API are one site.
 *
 * @throws AppError FORBIDDEN
 */
export function requireOwnOrigin(settings: Settings, request: RequestContext): void {
  if (isOwnOrigin(request.header("origin") ?? "", settings.publicUrl)) return;
  throw new AppError("FORBIDDEN", { publicMessage: "A session in a cookie is for pages of this site alone." });
}
