import { S3Client } from "@aws-sdk/client-s3";
import type { StorageOptions } from "./storage-options.ts";

export const maxTries = 3;

const ignore = (): void => undefined;
// Else it warns on the console of each upload of a stream that fails: whoever asked for it is told by the error.
export const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The second is for answers that stop in the middle; without the last one the first is a warning in a log. In milliseconds. */
export const timeouts = {
  connectionTimeout: 2_000,
  requestTimeout: 30_000,
  socketTimeout: 20_000,
  throwOnRequestTimeout: true,
};

/** The whole SDK, for what is asked for seldom. Settings that other stores than Amazon's need: they reject its default checksums and virtual hosts. */
export function makeS3Client(options: StorageOptions): S3Client {
  return new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: true,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: maxTries,
    logger: silent,
    requestHandler: timeouts,
  });
}
