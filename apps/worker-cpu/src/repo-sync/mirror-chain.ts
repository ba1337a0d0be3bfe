import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { MirrorBundle, RepoMetrics } from "@hivesync/contracts/jobs/repo-sync";
import { repoLimits } from "@hivesync/contracts/jobs/repo-sync";
import type { Storage } from "@hivesync/platform/storage/client";

/** Why bundles in storage cannot be used. */
export type ChainLoss = NonNullable<RepoMetrics["mirror_lost"]>;

/** Looks whether storage has all bundles of a mirror, as far as can be told without reading them. */
export async function findChainLoss(storage: Storage, chain: readonly MirrorBundle[]): Promise<ChainLoss | undefined> {
  const objects = await Promise.all(chain.map(({ key }) => storage.head(key)));
  if (objects.includes(undefined)) return "missing";
  return chain.every(({ bytes }, index) => objects[index]?.size === bytes) ? undefined : "corrupted";
}

async function download(
  storage: Storage,
  bundle: MirrorBundle,
  { file, signal }: { file: string; signal: AbortSignal },
): Promise<ChainLoss | undefined> {
  const body = await storage.read(bundle.key, signal);
  if (body === undefined) return "missing";
  const hash = createHash("sha256");
  let bytes = 0;
  const check = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      // More is read of no bundle than it should have.
      if (bytes > bundle.bytes) return;
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(body, check, createWriteStream(file), { signal });
  return bytes === bundle.bytes && hash.digest("hex") === bundle.sha256 ? undefined : "corrupted";
}

/** Fetches bundles out of storage into a folder. Answers their files in order, or why the mirror cannot be read. */
export async function fetchBundles(
  storage: Storage,
  bundles: readonly MirrorBundle[],
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<{ files: string[]; loss?: never } | { loss: ChainLoss }> {
  const files: string[] = [];
  for (const [index, bundle] of bundles.entries()) {
    const file = path.join(folder, `${index}.bundle`);
    let loss = await download(storage, bundle, { file, signal });
    // Wrong bytes make everything be fetched anew, so they are looked at twice: the fault may have been the way here.
    if (loss === "corrupted") loss = await download(storage, bundle, { file, signal });
    if (loss !== undefined) return { loss };
    files.push(file);
  }
  return { files };
}

/** True when the next piece of a mirror is better all of it: there are many already, or together they outweigh the first. */
export function isChainFull(chain: readonly MirrorBundle[]): boolean {
  const [first, ...increments] = chain;
  if (!first || chain.length >= repoLimits.maxBundles) return true;
  return increments.reduce((sum, { bytes }) => sum + bytes, 0) > first.bytes;
}
