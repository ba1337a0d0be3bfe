import { createHash, createHmac } from "node:crypto";
import type { S3Request } from "./s3-request.ts";

/** AWS Signature Version 4 for S3: what is signed, and how ("Authenticating Requests", S3 API reference). */

export const algorithm = "AWS4-HMAC-SHA256";
export const unsignedPayload = "UNSIGNED-PAYLOAD";

/** What a signature covers besides the request itself. */
export interface SignatureScope {
  /** `YYYYMMDD'T'HHMMSS'Z'`. */
  readonly timestamp: string;
  readonly region: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const canonicalQuery = (request: S3Request): string =>
  request.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => byText(name, otherName) || byText(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");

const canonicalRequest = (request: S3Request, scope: SignatureScope): string => {
  const segments = request.path.split("/").map((segment) => encode(decodeURIComponent(segment)));
  const headers = scope.signedHeaders.map((name) => {
    const values = request.headers[name] ?? [];
    return `${name}:${values.map((value) => value.trim().replaceAll(/ +/g, " ")).join(",")}\n`;
  });
  return [
    request.method,
    segments.join("/"),
    canonicalQuery(request),
    headers.join(""),
    scope.signedHeaders.join(";"),
    scope.payloadHash,
  ].join("\n");
};

/** The signature, in hex, that the holder of the key gives to this request. */
export const signatureOf = (request: S3Request, scope: SignatureScope, secretAccessKey: string): string => {
  const day = scope.timestamp.slice(0, 8);
  const digest = createHash("sha256").update(canonicalRequest(request, scope)).digest("hex");
  const toSign = [algorithm, scope.timestamp, `${day}/${scope.region}/s3/aws4_request`, digest].join("\n");
  const signingKey = [day, scope.region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(signingKey, toSign).toString("hex");
};
