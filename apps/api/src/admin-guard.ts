import { signedIn } from "@hivesync/contracts/access";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "./auth/authenticate.ts";
import type { RequestContext } from "./context.ts";
import type { Deps } from "./deps.ts";
import { toRequestContext } from "./request-context.ts";

/**
 * Nobody but the site's admins learns what there is under `admin`, not even that there is nothing.
 *
 * @throws AppError AUTH_INVALID, AUTH_EXPIRED or FORBIDDEN
 */
async function requireSite(deps: Deps, request: RequestContext): Promise<void> {
  const actor = await authenticate(deps, signedIn, { request });
  if (actor?.kind !== "user") throw new AppError("AUTH_INVALID");
  if (actor.tier === "Admin") return;
  await deps.limits.countCall(actor.userId, request);
  throw new AppError("FORBIDDEN");
}

function pathOf(url: string): string {
  const [path = ""] = url.split("?", 1);
  try {
    return path.includes("%") ? decodeURIComponent(path) : path;
  } catch {
    return path;
  }
}

/** Guards everything that stands under `/api/v1/admin`, and whatever does not. Preflights, which show no token, are answered before. */
export function registerAdminGuard(app: FastifyInstance, deps: Deps): void {
  const guard = async (
    request: FastifyRequest,
    reply: FastifyReply,
    done: (refusal?: Error) => void,
  ): Promise<void> => {
    const refusal = await requireSite(deps, toRequestContext(request, reply)).catch((error: Error) => error);
    done(refusal ?? undefined);
  };
  app.addHook("onRequest", (request, reply, done) => {
    // Nothing is awaited for anyone else.
    if (/^\/api\/v1\/admin(?:\/|$)/.test(pathOf(request.url))) void guard(request, reply, done);
    else done();
  });
}

/** The same for procedures of tRPC. A batch with one of them is one request, and refused whole. */
export async function guardAdminProcedures(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { path = "" } = request.params as { path?: string };
  if (path.split(",").some((name) => /^admin(?:\.|$)/.test(name)))
    await requireSite(request.server.deps, toRequestContext(request, reply));
}
