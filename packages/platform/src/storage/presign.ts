import { buildQueryString } from "@smithy/core/protocols";
import type { HttpRequest } from "@smithy/types";
import { createSigner, objectRequest } from "./s3-signer.ts";
import type { StorageOptions } from "./storage-options.ts";

const getSeconds = 5 * 60;
const putSeconds = 10 * 60;
const checksumHeader = "x-amz-checksum-sha256";
/** Of bytes that are not known when the URL is made. */
const unsignedPayload = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };

/** An upload that the store takes once it has exactly this size and hash. Send `headers` as they are; content-length is the file's own. */
export interface PresignedUpload {
  url: string;
  headers: Record<string, string>;
}

/** Makes URLs by which clients reach one object each without credentials (spec section 19.3). */
export interface Presigner {
  /** A link of five minutes. `page` is shown by the browser, anything else is downloaded. */
  get: (key: string, as: "page" | "attachment") => Promise<string>;
  /** An upload of ten minutes, bound to key, size in bytes and SHA-256 (hex). */
  put: (key: string, file: { size: number; sha256: string }) => Promise<PresignedUpload>;
}

function toUrl({ protocol, hostname, port, path, query = {} }: HttpRequest): string {
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}?${buildQueryString(query)}`;
}

/** Makes a presigner for the endpoint that clients reach. Signing is local: no request is made. */
export function createPresigner(options: StorageOptions): Presigner {
  const endpoint = new URL(options.publicEndpoint ?? options.endpoint);
  const signer = createSigner(options);
  return {
    get: async (key, as) => {
      const request = objectRequest(endpoint, options.bucket, { method: "GET", key });
      const query = {
        "response-content-disposition": as === "page" ? "inline" : "attachment",
        ...(as === "page" && { "response-content-type": "text/html; charset=utf-8" }),
      };
      const headers = { ...request.headers, ...unsignedPayload };
      return toUrl(await signer.presign({ ...request, query, headers }, { expiresIn: getSeconds }));
    },
    put: async (key, { size, sha256 }) => {
      const request = objectRequest(endpoint, options.bucket, { method: "PUT", key });
      const sent = {
        "content-type": "application/octet-stream",
        [checksumHeader]: Buffer.from(sha256, "hex").toString("base64"),
      };
      const headers = { ...request.headers, ...sent, "content-length": String(size) };
      const signed = await signer.presign(
        { ...request, headers: { ...headers, ...unsignedPayload } },
        {
          expiresIn: putSeconds,
          signableHeaders: new Set(Object.keys(headers)),
          // In the query it would be signed and then ignored by stores; as a header they check the bytes against it.
          unhoistableHeaders: new Set([checksumHeader]),
        },
      );
      return { url: toUrl(signed), headers: sent };
    },
  };
}
