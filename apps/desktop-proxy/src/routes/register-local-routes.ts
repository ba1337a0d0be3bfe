import { desktopPrefix, desktopRoutes, type DesktopRouteName } from "@hivesync/contracts/desktop";
import { defaultBodyLimitBytes } from "@hivesync/contracts/endpoint";
import { invalidInput } from "@hivesync/platform/http/invalid-input";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";
import { context } from "./context.ts";
import { link } from "./link.ts";
import type { LocalRoute } from "./local-route.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { logs } from "./logs.ts";
import { manifest } from "./manifest.ts";
import { probe } from "./probe.ts";
import { publish } from "./publish.ts";
import { status } from "./status.ts";
import { unlink } from "./unlink.ts";
import { upload } from "./upload.ts";

/** Every route of the Desktop's own. */
const localRoutes: { [Name in DesktopRouteName]: LocalRoute<Name> } = {
  status,
  login,
  logout,
  link,
  unlink,
  manifest,
  upload,
  context,
  publish,
  logs,
};

/** A thousand upload addresses are more than what else is told. */
const bodyLimits: Partial<Record<DesktopRouteName, number>> = { upload: 4 * defaultBodyLimitBytes };

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort(new Error("The client went away")));
  return gone.signal;
}

function registerRoute(app: FastifyInstance, deps: Deps, name: DesktopRouteName): void {
  const { method, input, output } = desktopRoutes[name];
  const run = localRoutes[name] as unknown as LocalRoute<DesktopRouteName>;
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const parsed = input.safeParse((method === "GET" ? request.query : request.body) ?? {});
    if (!parsed.success) throw invalidInput(parsed.error);
    const data = output.parse(await run({ deps, input: parsed.data, signal: goneSignal(reply) }));
    deps.log.info("local_call", { route: name, duration_ms: Math.round(reply.elapsedTime * 10) / 10 });
    return { ok: true, data, error: null };
  };
  const bodyLimit = bodyLimits[name] ?? defaultBodyLimitBytes;
  app.route({ method, url: `${desktopPrefix}/${name}`, bodyLimit, exposeHeadRoute: false, handler });
}

/** Registers the probe and the Desktop's own routes, each under its name in the contract. */
export function registerLocalRoutes(app: FastifyInstance, deps: Deps): void {
  app.get(desktopPrefix, { exposeHeadRoute: false }, async (request) => ({
    ok: true,
    data: await probe(deps, request.query),
    error: null,
  }));
  for (const name of Object.keys(localRoutes) as DesktopRouteName[]) registerRoute(app, deps, name);
}
