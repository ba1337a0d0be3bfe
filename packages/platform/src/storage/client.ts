import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import { openObjectRequests, type ObjectBody } from "./object-requests.ts";
import { makeS3Client } from "./s3-client.ts";
import type { StorageOptions } from "./storage-options.ts";

export type { StorageOptions } from "./storage-options.ts";

export interface StoredObject {
  /** In bytes. */
  size: number;
  contentType: string | undefined;
}

/** Bytes whose hash is known, in memory or in a file. */
export interface Upload {
  source: ObjectBody;
  /** SHA-256 in hex: the store refuses other bytes. */
  sha256: string;
  contentType: string;
  signal: AbortSignal;
}

/** The object store, by key. What the store itself fails with is thrown after three tries. */
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

type PutOptions = Pick<Upload, "contentType"> & Partial<Pick<Upload, "sha256" | "signal">>;

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
  const objects = openObjectRequests(options);
  const s3 = makeS3Client(options);
  const { bucket } = options;
  const put = async (key: string, body: ObjectBody, { contentType, ...rest }: PutOptions): Promise<void> => {
    const answer = await objects.send({ method: "PUT", key, body, headers: { "content-type": contentType }, ...rest });
    if (answer === undefined) throw new Error(`The store has no place for ${key}.`);
    answer.body.resume();
  };
  const read: Storage["read"] = async (key, signal) => (await objects.send({ method: "GET", key, signal }))?.body;
  return {
    bucket,
    put: (key, body, contentType) => put(key, typeof body === "string" ? Buffer.from(body) : body, { contentType }),
    upload: (key, { source, ...more }) => put(key, source, more),
    get: async (key, signal) => {
      const body = await read(key, signal);
      return body && (await buffer(body));
    },
    read,
    head: async (key) => {
      const answer = await objects.send({ method: "HEAD", key });
      answer?.body.resume();
      return (
        answer && { size: Number(answer.headers["content-length"] ?? 0), contentType: answer.headers["content-type"] }
      );
    },
    delete: async (keys) => {
      for (let start = 0; start < keys.length; start += deleteBatchSize) {
        await deleteBatch(s3, bucket, keys.slice(start, start + deleteBatchSize));
      }
    },
    close: () => {
      objects.close();
      s3.destroy();
    },
  };
}
