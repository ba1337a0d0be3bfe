import { createHash } from "node:crypto";
import type { Repository } from "@hivesync/git-mirror/repository";

/** What a content is: its SHA-256, or a pointer of git LFS to one that is elsewhere. */
export type Content = { sha256: string } | "lfs_pointer";

// git-lfs spec: a pointer is shorter than this and begins so.
const maxPointerBytes = 1_024;
const pointerStart = Buffer.from("version https://git-lfs.github.com/spec/v1");

async function readContent(blob: { size: number; body: AsyncIterable<Buffer> }): Promise<Content> {
  const hash = createHash("sha256");
  const start: Buffer[] = [];
  for await (const chunk of blob.body) {
    hash.update(chunk);
    if (blob.size < maxPointerBytes) start.push(chunk);
  }
  const isPointer = Buffer.concat(start).subarray(0, pointerStart.length).equals(pointerStart);
  return isPointer ? "lfs_pointer" : { sha256: hash.digest("hex") };
}

/** Reads what git knows by these ids, by one process, and says what it is by ours. */
export async function readContents(
  repository: Repository,
  oids: readonly string[],
  onProgress: (ratio: number) => void,
): Promise<Map<string, Content>> {
  const contents = new Map<string, Content>();
  if (oids.length === 0) return contents;
  for await (const blob of repository.readBlobs(oids)) {
    contents.set(blob.oid, await readContent(blob));
    onProgress(contents.size / oids.length);
  }
  return contents;
}
