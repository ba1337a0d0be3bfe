import type { FastifyInstance } from "fastify";
import type { Deps } from "#deps.ts";

/** Serves `GET /p/:token`: the page that shows a preview. */
export function registerViewer(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { token: string } }>("/p/:token", async (request, reply) => {
    await deps.tokens.verifyPreview(request.params.token);
    return reply.type("text/html").send("<!doctype html>");
  });
}
