import { desktopPrefix, desktopUserHeader } from "@hivesync/contracts/desktop";
import { AppError } from "@hivesync/platform/app-error";
import { hideUser, isSameSecret } from "@hivesync/sdk/desktop/proof";
import type { FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";

type Wanted = Pick<Deps, "token" | "address" | "account" | "limits">;

/** Of the web page that a browser was made to send a request for. A program sends none of these. */
const browserHeaders = ["origin", "sec-fetch-site"] as const;

function isOwnHost(host: string | undefined, port: number): boolean {
  // Any other name is one that was made to lead here (DNS rebinding).
  return ["127.0.0.1", "localhost", "[::1]"].some((name) => host?.toLowerCase() === `${name}:${port}`);
}

function knowsToken(authorization: string | undefined, token: string): boolean {
  const [, given = ""] = /^Bearer (\S{1,200})$/i.exec(authorization ?? "") ?? [];
  return isSameSecret(given, token);
}

/** The user whose call it is, where the client says so, must be the one that this Desktop is signed in as. */
export function assertSameUser(request: FastifyRequest, token: string, userId: string | undefined): void {
  const claimed = request.headers[desktopUserHeader];
  if (claimed === undefined) return;
  if (typeof claimed === "string" && userId !== undefined && isSameSecret(claimed, hideUser(token, userId))) return;
  throw new AppError("AUTH_INVALID", { publicMessage: "The Desktop is signed in as somebody else." });
}

/** Lets in nothing but programs that know the local token; the probe answers to those that do not. No web page passes. */
export function createAdmission({ token, address, account, limits }: Wanted) {
  return async (request: FastifyRequest): Promise<void> => {
    const { headers } = request;
    const isClient = knowsToken(headers.authorization, token);
    await limits.count(isClient ? "clients" : "strangers");
    if (!isOwnHost(headers.host, address.port)) {
      throw new AppError("FORBIDDEN", { publicMessage: "This address answers to localhost alone." });
    }
    if (browserHeaders.some((name) => headers[name] !== undefined)) {
      throw new AppError("FORBIDDEN", { publicMessage: "Web pages have no access." });
    }
    if (request.routeOptions.url === desktopPrefix) return;
    if (!isClient) throw new AppError("AUTH_INVALID", { publicMessage: "The local token is missing or not valid." });
    if (headers[desktopUserHeader] !== undefined && account.userId === undefined) await account.look();
    assertSameUser(request, token, account.userId);
  };
}
