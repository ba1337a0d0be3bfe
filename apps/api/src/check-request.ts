import { AppError } from "@hivesync/platform/app-error";
import type { FastifyRequest } from "fastify";

/** Refuses what the framework would let pass or Node refuse without a word, before anything is read. */
export async function checkRequest({ raw, headers }: FastifyRequest): Promise<void> {
  // RFC 9112, section 3.2.
  if (headers.host === undefined && raw.httpVersion === "1.1")
    throw new AppError("VALIDATION_ERROR", { details: [{ path: "Host", message: "is missing" }] });
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  // RFC 9110, section 8.4: what cannot be decoded is not read as if it were plain.
  if (hasBody && (headers["content-encoding"] ?? "identity").toLowerCase() !== "identity")
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", {
      publicMessage: "Send the body as it is, without Content-Encoding.",
    });
}
