import { defaultBodyLimitBytes } from "@hivesync/contracts/endpoint";
import type { FastifyReply, FastifyRequest } from "fastify";
import { authenticate } from "./auth/authenticate.ts";
import { toRequestContext } from "./request-context.ts";

/**
 * Refuses a large body of a stranger before it is read: parsing 16 MiB of JSON holds up every other request for seconds.
 * A body whose length is not told counts as large.
 */
export async function requireCallerOfLargeBody(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const length = Number(
    request.headers["content-length"] ?? (request.headers["transfer-encoding"] === undefined ? 0 : Infinity),
  );
  if (length <= defaultBodyLimitBytes) return;
  await authenticate(request.server.deps, { kind: "user" }, { request: toRequestContext(request, reply) });
}
