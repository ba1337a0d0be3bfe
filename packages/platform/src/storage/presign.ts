import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { makeS3Client, type StorageOptions } from "./client.ts";

const getSeconds = 5 * 60;
const putSeconds = 10 * 60;
const checksumHeader = "x-amz-checksum-sha256";

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

/** Makes a presigner for the endpoint that clients reach. Signing is local: no request is made. */
export function createPresigner(options: StorageOptions): Presigner {
  const s3 = makeS3Client(options, options.publicEndpoint ?? options.endpoint);
  return {
    get: (key, as) =>
      getSignedUrl(
        s3,
        new GetObjectCommand({
          Bucket: options.bucket,
          Key: key,
          ResponseContentDisposition: as === "page" ? "inline" : "attachment",
          ...(as === "page" ? { ResponseContentType: "text/html; charset=utf-8" } : {}),
        }),
        { expiresIn: getSeconds },
      ),
    put: async (key, { size, sha256 }) => {
      const checksum = Buffer.from(sha256, "hex").toString("base64");
      const contentType = "application/octet-stream";
      const url = await getSignedUrl(
        s3,
        new PutObjectCommand({
          Bucket: options.bucket,
          Key: key,
          ContentLength: size,
          ContentType: contentType,
          ChecksumSHA256: checksum,
        }),
        {
          expiresIn: putSeconds,
          signableHeaders: new Set(["host", "content-length", "content-type", checksumHeader]),
          // In the query it would be signed and then ignored by stores; as a header they check the bytes against it.
          unhoistableHeaders: new Set([checksumHeader]),
        },
      );
      return { url, headers: { "content-type": contentType, [checksumHeader]: checksum } };
    },
  };
}
