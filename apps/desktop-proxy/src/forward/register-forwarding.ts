import { desktopPrefix } from "@hivesync/contracts/desktop";
import { parseRest } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";
import { describeCall, endpoints } from "./endpoints.ts";
import { forwardCall } from "./forward-call.ts";

/** The query as the client sent it, with its `?`. */
function queryOf(request: FastifyRequest): string {
  const start = request.url.indexOf("?");
  return start === -1 ? "" : request.url.slice(start);
}

// The address is put together from what was matched: whatever else the client's could be read as does not go on.
function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ""));
}

function registerRest(scope: FastifyInstance, deps: Deps): void {
  for (const [name, { rest, kind }] of endpoints) {
    const { method, path } = parseRest(rest);
    scope.route({
      method,
      url: `${desktopPrefix}/api/v1${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
      // A HEAD of a stream would never end.
      exposeHeadRoute: method === "GET" && kind !== "subscription",
      handler: async (request, reply) => {
        const call = describeCall([name]);
        const filled = `/api/v1${fill(path, request.params as Record<string, string>)}${queryOf(request)}`;
        await forwardCall(deps, { ...call, path: filled }, { request, reply });
        return reply;
      },
    });
  }
}

/** Names of endpoints and nothing else: they stand in an address. */
const callNames = /^\w+\.\w+(?:,\w+\.\w+){0,99}$/;

function registerTrpc(scope: FastifyInstance, deps: Deps): void {
  scope.route({
    method: ["GET", "POST"],
    url: `${desktopPrefix}/trpc/:names`,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { names } = request.params as { names: string };
      if (!callNames.test(names)) throw new AppError("NOT_FOUND", { publicMessage: "The Desktop knows no such call." });
      const call = describeCall(names.split(","));
      await forwardCall(deps, { ...call, path: `/trpc/${names}${queryOf(request)}` }, { request, reply });
      return reply;
    },
  });
}

/** Registers what goes on to the API: every endpoint over REST, and all of tRPC, but for what stays direct. */
export function registerForwarding(app: FastifyInstance, deps: Deps): void {
  void app.register(async (scope) => {
    // Bodies are not read here: they pass through.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", (_request, payload, done) => done(null, payload));
    registerRest(scope, deps);
    registerTrpc(scope, deps);
  });
}
