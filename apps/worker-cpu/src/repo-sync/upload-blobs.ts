import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Repository } from "@hivesync/git-mirror/repository";
import { forEachLimited } from "@hivesync/platform/for-each-limited";
import type { Storage, Upload } from "@hivesync/platform/storage/client";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { NeededBlob } from "./stored-blobs.ts";

const uploadsAtOnce = 16;
/** What is larger goes by way of the disk, so that so many uploads at once hold little memory. */
const maxHeldBytes = 1024 * 1024;

type ReadBlob = ReturnType<Repository["readBlobs"]> extends AsyncIterable<infer Blob> ? Blob : never;

async function hold({ size, body }: ReadBlob, file: string, signal: AbortSignal): Promise<Upload["source"]> {
  if (size > maxHeldBytes) {
    await pipeline(body, createWriteStream(file), { signal });
    return { file, size };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Makes one after the other wait its turn: of a reader's contents only one is read at a time. */
function inTurn<Value>(work: (signal: AbortSignal, lane: number) => Promise<Value>) {
  let last: Promise<unknown> = Promise.resolve();
  return (signal: AbortSignal, lane: number): Promise<Value> => {
    const next = last.then(() => work(signal, lane));
    last = next.catch(() => undefined);
    return next;
  };
}

/** What is uploaded, from where and to where. */
export interface BlobUpload {
  repository: Repository;
  teamId: string;
  blobs: readonly NeededBlob[];
  /** Holds large ones on their way. */
  folder: string;
  signal: AbortSignal;
  onProgress: (ratio: number) => void;
}

/** Puts contents into the team's storage, read from the repository by one process. */
export async function uploadBlobs(storage: Storage, upload: BlobUpload): Promise<void> {
  const { repository, teamId, blobs, folder, signal, onProgress } = upload;
  const hashes = new Map(blobs.map(({ oid, sha256 }) => [oid, sha256]));
  const reader = repository.readBlobs(hashes.keys())[Symbol.asyncIterator]();
  const fileOf = (lane: number): string => path.join(folder, `upload-${lane}`);
  const takeNext = inTurn(async (either, lane) => {
    either.throwIfAborted();
    const next = await reader.next();
    if (next.done === true) return undefined;
    const sha256 = hashes.get(next.value.oid);
    if (sha256 === undefined) throw new Error(`git gave ${next.value.oid}, which nobody asked for.`);
    return { sha256, source: await hold(next.value, fileOf(lane), either) };
  });
  let done = 0;
  try {
    const lanes = Array.from({ length: uploadsAtOnce }, (_, lane) => lane);
    await forEachLimited(lanes, { limit: uploadsAtOnce, signal }, async (lane, either) => {
      for (let taken = await takeNext(either, lane); taken; taken = await takeNext(either, lane)) {
        const { sha256, source } = taken;
        const key = objectKeys.blob(teamId, sha256);
        await storage.upload(key, { source, sha256, contentType: "application/octet-stream", signal: either });
        done += 1;
        onProgress(done / blobs.length);
      }
      await rm(fileOf(lane), { force: true });
    });
  } finally {
    await reader.return?.();
  }
}
