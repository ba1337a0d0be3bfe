import type { FastifyReply } from "fastify";
import { toAppError } from "./to-app-error.ts";
import { writeWhenTaken } from "./write-when-taken.ts";

export const ndjsonType = "application/x-ndjson";

/** Whether an Accept header (RFC 9110, section 12.5.1) asks for lines rather than for one JSON document. */
export function prefersLines(accept: string | undefined): boolean {
  const qualities = new Map<string, number>();
  for (const range of (accept ?? "").toLowerCase().split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    qualities.set(type, quality === undefined ? 1 : Number(quality) || 0);
  }
  const ofLines = qualities.get(ndjsonType) ?? 0;
  return ofLines > 0 && ofLines >= (qualities.get("application/json") ?? 0);
}

/** What a list is sent as when it is sent whole. */
export interface LinesOptions {
  fileName: string;
  /** Aborts when the client has gone, or with an AppError when it may have no more. */
  signal: AbortSignal;
}

/**
 * Sends rows as lines of JSON, each page when the client has taken the one before it. When something goes wrong on the way the connection is cut: an
 * answer that ended as usual would be taken for the whole.
 */
export async function sendLines(
  reply: FastifyReply,
  pages: AsyncIterable<readonly unknown[]>,
  { fileName, signal }: LinesOptions,
): Promise<void> {
  const response = reply.raw;
  reply.hijack();
  response.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": `${ndjsonType}; charset=utf-8`,
    "content-disposition": `attachment; filename="${fileName}"`,
    "cache-control": "no-store",
    // Proxies that gather an answer before they pass it on would gather all of it.
    "x-accel-buffering": "no",
  });
  // A client that takes nothing at the moment is cut off no later than one that does.
  const cut = (): void => void (response.writableEnded || response.destroy());
  if (signal.aborted) cut();
  signal.addEventListener("abort", cut, { once: true });
  try {
    for await (const rows of pages) {
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      if (text !== "" && !(await writeWhenTaken(response, text))) return cut();
    }
    response.end();
  } catch (error) {
    if (!signal.aborted) {
      const { code, message: reason, cause } = toAppError(error);
      const { id, server } = reply.request;
      server.deps.log.error("export_cut", { request_id: id, code, reason, error: cause });
    }
    cut();
  }
}
