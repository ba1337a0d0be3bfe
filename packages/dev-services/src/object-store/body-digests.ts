import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { headerValue, type S3Request } from "./s3-request.ts";
import { S3Error } from "./s3-error.ts";
import { unsignedPayload } from "./sigv4.ts";

/** What the bytes of a body came to. */
export interface BodyDigests {
  readonly sizeBytes: number;
  /** Hex. */
  readonly md5: string;
  /** Hex. */
  readonly sha256: string;
  readonly crc32: number;
}

/**
 * Hashes the body as it passes; the generator's result is there when the body has wholly arrived. Left early, it leaves
 * the body open: its connection still has to carry the answer.
 */
export async function* digestingBody(body: Readable): AsyncGenerator<Buffer, BodyDigests> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  let crc = 0;
  let sizeBytes = 0;
  const chunks: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    md5.update(chunk);
    sha256.update(chunk);
    crc = crc32(chunk, crc);
    sizeBytes += chunk.length;
    yield chunk;
  }
  return { sizeBytes, md5: md5.digest("hex"), sha256: sha256.digest("hex"), crc32: crc };
}

const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");

/** The checksum headers that this store can check, and what they must say. */
const checksums: Record<string, (digests: BodyDigests) => string> = {
  "content-md5": ({ md5 }) => base64(md5),
  "x-amz-checksum-sha256": ({ sha256 }) => base64(sha256),
  "x-amz-checksum-crc32": ({ crc32 }) => base64(crc32.toString(16).padStart(8, "0")),
};

const checksumHeader = /^x-amz-checksum-(?!type$|algorithm$|mode$)/;

/**
 * What the headers of a request claim about its body, as a check to be made when the body has arrived.
 *
 * @throws S3Error NotImplemented for a checksum of a kind that could not be checked.
 */
export const bodyVerifier = (request: S3Request, payloadHash: string): ((digests: BodyDigests) => void) => {
  const claimed = Object.keys(request.headers).filter((name) => name === "content-md5" || checksumHeader.test(name));
  const unknown = claimed.find((name) => checksums[name] === undefined);
  if (unknown !== undefined) throw new S3Error("NotImplemented", `${unknown} is not supported.`);
  return (digests) => {
    if (payloadHash !== unsignedPayload && payloadHash !== digests.sha256)
      throw new S3Error(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    const wrong = claimed.find((name) => checksums[name]?.(digests) !== headerValue(request, name));
    if (wrong !== undefined)
      throw new S3Error("BadDigest", `The ${wrong} you specified did not match what we received.`);
  };
};
