import { extendedEncodeURIComponent } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import type { HttpRequest } from "@smithy/types";
import type { StorageOptions } from "./storage-options.ts";

/** Signs requests for objects, as Amazon's own SDK does. */
export function createSigner({ region, accessKeyId, secretAccessKey }: StorageOptions): SignatureV4 {
  return new SignatureV4({
    service: "s3",
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Hash.bind(null, "sha256"),
    // A path is signed as it is sent.
    uriEscapePath: false,
  });
}

/** An unsigned request for an object, by the bucket's path. */
export function objectRequest(
  endpoint: URL,
  bucket: string,
  { method, key }: { method: string; key: string },
): HttpRequest {
  const base = endpoint.pathname.replace(/\/$/, "");
  return {
    method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port !== "" && { port: Number(endpoint.port) }),
    path: `${base}/${bucket}/${key.split("/").map(extendedEncodeURIComponent).join("/")}`,
    query: {},
    headers: { host: endpoint.host },
  };
}
