import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { onTestFinished } from "vitest";
import { startObjectStore, type ObjectStoreOptions } from "../object-store.ts";

export const bucket = "test-bucket";
export const credentials = { accessKeyId: "test-key", secretAccessKey: randomBytes(16).toString("hex") };

export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-dev-services-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

export const connect = (endpoint: string, config: S3ClientConfig = {}): S3Client => {
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 1,
    ...config,
  });
  onTestFinished(() => client.destroy());
  return client;
};

/** A store and its client that live as long as the test. An unexpected error inside the store fails the test. */
export const startTestStore = async (options: Partial<ObjectStoreOptions> = {}) => {
  const directory = options.directory ?? path.join(await temporaryDirectory(), "store");
  const unexpected: unknown[] = [];
  const store = await startObjectStore({
    directory,
    port: 0,
    bucket,
    ...credentials,
    onError: (error) => unexpected.push(error),
    ...options,
  });
  onTestFinished(async () => {
    await store.stop();
    if (unexpected.length > 0) throw new AggregateError(unexpected, "unexpected errors inside the store");
  });
  return { store, directory, s3: connect(store.endpoint) };
};

export const presignGet = (s3: S3Client, key: string, options: { expiresIn?: number; signingDate?: Date } = {}) =>
  getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: key }), options);

/** Presigns an upload as the API does: length, type and checksum are signed as headers. */
export const presignPut = async (
  s3: S3Client,
  upload: { key: string; bytes: number; sha256: string },
): Promise<{ url: string; headers: Record<string, string> }> => {
  const contentType = "application/octet-stream";
  const url = await getSignedUrl(
    s3,
    new PutObjectCommand({
      Bucket: bucket,
      Key: upload.key,
      ContentLength: upload.bytes,
      ContentType: contentType,
      ChecksumSHA256: upload.sha256,
    }),
    {
      expiresIn: 600,
      signableHeaders: new Set(["host", "content-type", "content-length"]),
      unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
    },
  );
  return { url, headers: { "content-type": contentType, "x-amz-checksum-sha256": upload.sha256 } };
};

/** The code in an S3 error document. */
export const errorCodeOf = async (response: Response): Promise<string | undefined> =>
  /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
