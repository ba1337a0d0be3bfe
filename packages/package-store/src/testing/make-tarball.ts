import { gzipSync } from "node:zlib";
import { Header } from "tar";

/** One entry of a tarball, as an honest or a hostile publisher may write it. */
export interface TarballEntry {
  /** With the archive's own folder: `package/index.js`. */
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly type?: "File" | "SymbolicLink" | "Link" | "CharacterDevice" | "Directory";
  readonly linkpath?: string;
}

const BLOCK_BYTES = 512;

/** Makes a tarball of exactly these entries. */
export function makeTarball(entries: readonly TarballEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = "", type = "File", linkpath }) => {
    const body = Buffer.from(content);
    const header = new Header({ path, mode: 0o644, size: type === "File" ? body.length : 0, type, mtime: new Date(0) });
    if (linkpath !== undefined) header.linkpath = linkpath;
    const block = Buffer.alloc(BLOCK_BYTES);
    header.encode(block, 0);
    return [block, body, Buffer.alloc((BLOCK_BYTES - (body.length % BLOCK_BYTES)) % BLOCK_BYTES)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]));
}
