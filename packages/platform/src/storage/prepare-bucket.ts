import {
  CreateBucketCommand,
  HeadBucketCommand,
  NotFound,
  PutBucketCorsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { makeS3Client } from "./s3-client.ts";
import type { StorageOptions } from "./storage-options.ts";

async function createUnlessThere(s3: S3Client, bucket: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return false;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    return true;
  }
}

/**
 * Makes the bucket where it is missing, and tells the store which pages may read and write by presigned URLs. Safe to repeat.
 *
 * @param origins - Of pages that read bundles and source maps or upload files: the API's own, and those that it lets in.
 * @returns Whether the bucket was made now.
 * @example
 * await prepareBucket(toStorageOptions(env), ["https://hive.example.com"]);
 */
export async function prepareBucket(options: StorageOptions, origins: readonly string[]): Promise<boolean> {
  const s3 = makeS3Client(options);
  try {
    const isNew = await createUnlessThere(s3, options.bucket);
    const rule = {
      AllowedOrigins: [...new Set(origins)],
      AllowedMethods: ["GET", "HEAD", "PUT"],
      // What `upload_url` comes with, and what reads of a part ask by.
      AllowedHeaders: ["content-type", "x-amz-checksum-sha256", "range"],
      ExposeHeaders: ["etag", "content-range"],
      MaxAgeSeconds: 3_600,
    };
    await s3.send(new PutBucketCorsCommand({ Bucket: options.bucket, CORSConfiguration: { CORSRules: [rule] } }));
    return isNew;
  } finally {
    s3.destroy();
  }
}
