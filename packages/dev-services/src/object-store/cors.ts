import type { S3Request } from "./s3-request.ts";
import { headerValue } from "./s3-request.ts";
import { S3Error } from "./s3-error.ts";

const allowedMethods = ["GET", "HEAD", "PUT"];
const exposedHeaders = "ETag, Content-Length, Content-Range, Accept-Ranges, x-amz-request-id, x-amz-checksum-sha256";
const preflightLifeSeconds = "600";

const allowedOrigin = (request: S3Request, origins: readonly string[]): string | undefined => {
  const origin = headerValue(request, "origin");
  if (origin === undefined) return undefined;
  // `null` is the origin of every sandboxed frame and local file, so "*" alone does not let it in.
  return origins.includes(origin) || (origins.includes("*") && origin !== "null") ? origin : undefined;
};

/** The headers that let a page of an allowed origin read the answer. */
export const corsHeaders = (request: S3Request, origins: readonly string[]): Record<string, string> => {
  const origin = allowedOrigin(request, origins);
  if (origin === undefined) return {};
  return { "access-control-allow-origin": origin, "access-control-expose-headers": exposedHeaders, vary: "Origin" };
};

/**
 * The answer to a preflight, which carries no signature.
 *
 * @throws S3Error AccessForbidden when the origin or the method is not allowed.
 */
export const preflightHeaders = (request: S3Request, origins: readonly string[]): Record<string, string> => {
  const method = headerValue(request, "access-control-request-method") ?? "";
  if (allowedOrigin(request, origins) === undefined || !allowedMethods.includes(method))
    throw new S3Error("AccessForbidden", "CORSResponse: This CORS request is not allowed.");
  const requested = headerValue(request, "access-control-request-headers");
  return {
    ...corsHeaders(request, origins),
    "access-control-allow-methods": allowedMethods.join(", "),
    ...(requested !== undefined && { "access-control-allow-headers": requested }),
    "access-control-max-age": preflightLifeSeconds,
  };
};
