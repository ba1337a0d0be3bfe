import type { FastifyReply, FastifyRequest } from "fastify";
import type { RequestContext } from "./context.ts";

function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** What operations see of a request of either adapter. */
export function toRequestContext(request: FastifyRequest, reply: FastifyReply): RequestContext {
  return {
    requestId: request.id,
    ip: request.ip,
    userAgent: oneHeader(request.headers["user-agent"]) ?? "",
    authorization: request.headers.authorization,
    idempotencyKey: oneHeader(request.headers["idempotency-key"]),
    allowances: new Map(),
    header: (name) => oneHeader(request.headers[name]),
    becomesStream: () => request.server.becomesStream(reply.raw),
    setHeader: (name, value) => {
      void reply.header(name, value);
    },
  };
}
