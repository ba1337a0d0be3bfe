import { prepared } from "@hivesync/db/prepared";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import type { FastifyInstance } from "fastify";
import { verifyPreview } from "#auth/authenticate.ts";
import type { Deps } from "#deps.ts";
import { toAppError } from "#to-app-error.ts";
import { viewerPage, type FirstState } from "./viewer-page.ts";

const findStatus = prepared((db) =>
  db
    .select({ status: previewSessions.status })
    .from(previewSessions)
    .where(eq(previewSessions.id, sql.placeholder("id")))
    .prepare("preview_status"),
);

/** @throws AppError AUTH_INVALID, AUTH_EXPIRED, or NOT_FOUND when the preview was deleted or cancelled */
async function checkLink(deps: Deps, token: string): Promise<void> {
  const { jobId } = await verifyPreview(deps, token);
  const [row] = await findStatus(deps.db).execute({ id: jobId });
  if (!row || row.status === "CANCELLED") throw new AppError("NOT_FOUND");
}

const stateByCode: Partial<Record<AppError["code"], FirstState>> = {
  AUTH_INVALID: "invalid",
  AUTH_EXPIRED: "expired",
  NOT_FOUND: "missing",
};

/** Serves `GET /p/:token`: the page that shows a preview. It reads the link's code, or a preview token, from its own address and asks the API like any client. */
export function registerViewer(app: FastifyInstance, deps: Deps): void {
  const readPage = viewerPage(deps.settings.storageOrigin);
  app.get<{ Params: { token: string } }>("/p/:token", async (request, reply) => {
    const error = await checkLink(deps, request.params.token).then(() => undefined, toAppError);
    if (error && error.status >= 500) {
      deps.log.error("request_failed", { request_id: request.id, code: error.code, reason: error.message });
    }
    const page = await readPage();
    // When a part of ours is away the page still opens, and tries again until it is back.
    const { text, gzipped } = page.document((error && stateByCode[error.code]) ?? "opening");
    void reply.code(error?.status ?? 200).headers({
      "content-security-policy": page.contentSecurityPolicy,
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
      vary: "accept-encoding",
    });
    void reply.type("text/html; charset=utf-8");
    const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    return takesGzip ? reply.header("content-encoding", "gzip").send(gzipped) : reply.send(text);
  });
}
