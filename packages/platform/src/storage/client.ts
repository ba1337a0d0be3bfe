import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

/** Where the objects are and how to sign in there. */
export interface StorageOptions {
  endpoint: string;
  /** What clients reach, when it differs from `endpoint`: presigned URLs name it. */
  publicEndpoint?: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface StoredObject {
  /** In bytes. */
  size: number;
  contentType: string | undefined;
}

/** Bytes whose hash is known, in memory or in a file. */
export interface Upload {
  source: Uint8Array | { file: string; size: number };
  /** SHA-256 in hex: the store refuses other bytes. */
  sha256: string;
  contentType: string;
  signal: AbortSignal;
}

/** The object store, by key. Failures of the store itself are thrown as the S3 client gives them, after three tries. */
export interface Storage {
  bucket: string;
  put: (key: string, body: Uint8Array | string, contentType: string) => Promise<void>;
  /** The same for what may be called off or need not fit into memory. */
  upload: (key: string, upload: Upload) => Promise<void>;
  /** The whole object, or undefined when there is none. */
  get: (key: string, signal?: AbortSignal) => Promise<Uint8Array | undefined>;
  /** The same as a stream, for objects that need not fit into memory. It fails when it ends early. */
  read: (key: string, signal?: AbortSignal) => Promise<Readable | undefined>;
  head: (key: string) => Promise<StoredObject | undefined>;
  /** Deletes what is there; a key that is not is no error. */
  delete: (keys: readonly string[]) => Promise<void>;
  close: () => void;
}

const maxTries = 3;

const ignore = (): void => undefined;
// Else it warns on the console of each upload of a stream that fails: whoever asked for it is told by the error.
const logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Settings that other stores than Amazon's need: they reject the SDK's default checksums and virtual hosts. */
export function makeS3Client(options: StorageOptions, endpoint = options.endpoint): S3Client {
  return new S3Client({
    endpoint,
    region: options.region,
    forcePathStyle: true,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: maxTries,
    logger,
    // The second is for answers that stop in the middle; without the last one the first is a warning in a log.
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 30_000,
      socketTimeout: 20_000,
      throwOnRequestTimeout: true,
    },
  });
}

async function undefinedWhenAbsent<Value>(promise: Promise<Value>): Promise<Value | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    throw error;
  }
}

async function uploadObject(s3: S3Client, target: { Bucket: string; Key: string }, upload: Upload): Promise<void> {
  const { source, sha256, contentType, signal } = upload;
  const described = {
    ...target,
    ContentType: contentType,
    ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
  };
  if (source instanceof Uint8Array) {
    await s3.send(new PutObjectCommand({ ...described, Body: source }), { abortSignal: signal });
    return;
  }
  // A stream is read once, so the SDK does not try again: each try has a stream of its own.
  for (let left = maxTries - 1; ; left -= 1) {
    const body = createReadStream(source.file);
    try {
      await s3.send(new PutObjectCommand({ ...described, Body: body, ContentLength: source.size }), {
        abortSignal: signal,
        // However long it takes, while bytes go.
        requestTimeout: 0,
      });
      return;
    } catch (error) {
      if (left === 0 || signal.aborted) throw error;
    } finally {
      body.destroy();
    }
  }
}

const deleteBatchSize = 1_000;

async function deleteBatch(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const answer = await s3.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true } }),
  );
  const [failed] = answer.Errors ?? [];
  if (failed) throw new Error(`${failed.Key ?? "an object"} could not be deleted: ${failed.Code ?? "no reason given"}`);
}

/** Opens the object store. Nothing is sent before the first use. */
export function openStorage(options: StorageOptions): Storage {
  const s3 = makeS3Client(options);
  const { bucket } = options;
  const open = async (key: string, signal?: AbortSignal) => {
    const request = s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    return (await undefinedWhenAbsent(request))?.Body;
  };
  return {
    bucket,
    put: async (key, body, contentType) => {
      // Of an empty string the SDK does not know the length.
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }));
    },
    upload: (key, upload) => uploadObject(s3, { Bucket: bucket, Key: key }, upload),
    get: async (key, signal) => (await open(key, signal))?.transformToByteArray(),
    // Outside of browsers the body is always a Node stream.
    read: async (key, signal) => (await open(key, signal)) as Readable | undefined,
    head: async (key) => {
      const answer = await undefinedWhenAbsent(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      return answer && { size: answer.ContentLength ?? 0, contentType: answer.ContentType };
    },
    delete: async (keys) => {
      for (let start = 0; start < keys.length; start += deleteBatchSize) {
        await deleteBatch(s3, bucket, keys.slice(start, start + deleteBatchSize));
      }
    },
    close: () => s3.destroy(),
  };
}
