import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { link, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { forEachLimited } from "../for-each-limited.ts";
import { openBoundedFolder, type BoundedFolder } from "./bounded-folder.ts";
import type { Storage } from "./client.ts";
import { objectKeys } from "./object-keys.ts";

/** A blob that a manifest names: SHA-256 in hex, size in bytes. */
export interface WantedBlob {
  sha256: string;
  size: number;
}

/** A blob that cannot be used: the store has none, or has other bytes under its name. */
export interface UnusableBlob extends WantedBlob {
  reason: "missing" | "corrupted";
}

export interface BlobRequest {
  teamId: string;
  blobs: readonly WantedBlob[];
  /** An existing folder on the cache's file system. Each blob becomes a file there that is named by its SHA-256. */
  folder: string;
  /** Names of blobs that the folder has already; what is put there is added. Default: it has none. */
  present?: Set<string>;
  signal: AbortSignal;
  /** Told after each blob how many of how many are done. */
  onProgress?: (done: number, total: number) => void;
}

/** A bounded copy of blobs on the local disk. What it evicts stays in the folders that it was put into. */
export interface BlobCache {
  /**
   * Puts blobs into a folder, from the disk or else from the store. Whatever comes from the store is hashed.
   *
   * @returns The blobs that could not be had; the folder lacks exactly these.
   * @throws When the store or the disk fails, or the signal aborts. Nothing is written to the folder afterwards.
   */
  provide: (request: BlobRequest) => Promise<UnusableBlob[]>;
  /** Bytes that the cache holds on the disk at this moment. */
  usedBytes: () => number;
}

const downloadsAtOnce = 16;

class WrongBytesError extends Error {}

/** Writes an object to a file while it is hashed. Reads no more than the blob should have. */
async function download(
  storage: Storage,
  blob: WantedBlob,
  place: { key: string; file: string; signal: AbortSignal },
): Promise<"whole" | UnusableBlob["reason"]> {
  const body = await storage.read(place.key, place.signal);
  if (body === undefined) return "missing";
  const hash = createHash("sha256");
  let size = 0;
  const check = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > blob.size) throw new WrongBytesError();
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(body, check, createWriteStream(place.file), { signal: place.signal });
  } catch (error) {
    if (error instanceof WrongBytesError) return "corrupted";
    throw error;
  }
  return size === blob.size && hash.digest("hex") === blob.sha256 ? "whole" : "corrupted";
}

interface Fetch {
  storage: Storage;
  cached: BoundedFolder;
  key: string;
  name: string;
  target: string;
  signal: AbortSignal;
}

async function fetchBlob(blob: WantedBlob, fetch: Fetch): Promise<UnusableBlob["reason"] | undefined> {
  const { storage, cached, name } = fetch;
  const file = cached.partName(randomUUID());
  try {
    let state = await download(storage, blob, { ...fetch, file });
    // Wrong bytes cost the blob its life, so they are looked at twice: the fault may have been the way here.
    if (state === "corrupted") state = await download(storage, blob, { ...fetch, file });
    if (state !== "whole") return state;
    await link(file, fetch.target);
    await cached.adopt(file, name, blob.size);
    return undefined;
  } catch (error) {
    // A full disk is made room on, for the next try and for everything else on it.
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") await cached.clear();
    throw error;
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Opens a cache folder; what an earlier process left there is used again. One process at a time may use a folder.
 *
 * Teams do not share entries: a build gets no bytes that its own team has not uploaded.
 *
 * @example
 * const cache = await openBlobCache({ directory, maxBytes: 2e9, storage });
 * const unusable = await cache.provide({ teamId, blobs: input.files, folder, signal });
 */
export async function openBlobCache(options: {
  directory: string;
  maxBytes: number;
  storage: Storage;
}): Promise<BlobCache> {
  const { storage } = options;
  const cached = await openBoundedFolder(options.directory, options.maxBytes);
  return {
    usedBytes: cached.usedBytes,
    provide: async ({ teamId, blobs, folder, present = new Set(), signal, onProgress }) => {
      const wanted = blobs.filter(({ sha256 }) => !present.has(sha256));
      const distinct = [...new Map(wanted.map((blob) => [blob.sha256, blob])).values()];
      const unusable: UnusableBlob[] = [];
      let done = 0;
      await forEachLimited(distinct, { limit: downloadsAtOnce, signal }, async (blob, either) => {
        const { sha256, size } = blob;
        const name = `${teamId}.${sha256}`;
        const target = path.join(folder, sha256);
        if (!(await cached.linkTo(name, size, target))) {
          const key = objectKeys.blob(teamId, sha256);
          const reason = await fetchBlob(blob, { storage, cached, key, name, target, signal: either });
          if (reason === undefined) present.add(sha256);
          else unusable.push({ sha256, size, reason });
        } else present.add(sha256);
        done += 1;
        onProgress?.(done, distinct.length);
      });
      return unusable;
    },
  };
}
