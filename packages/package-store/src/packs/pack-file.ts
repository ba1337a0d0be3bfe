import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/**
 * A package as one file: the bytes of its files one after another, an index of them as JSON, and at the end the length of
 * the index and a mark. A package's names are thus never paths of the host, and a job that holds a pack holds all of it.
 */
const MARK = Buffer.from("HSP1");
const FOOTER_BYTES = 12;

/** Where each file lies, by its path in the package. */
type PackIndex = Readonly<Record<string, readonly [offset: number, size: number]>>;

/** The files of one package. */
export interface Pack {
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** @throws Error for a path that the package does not have. */
  bytes(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Writes a pack, file after file. */
export interface PackWriter {
  /** Begins a file; what is written next is its content. A path that was there before means the new file from now on. */
  begin(path: string): void;
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /** Ends the pack. Without it the file is none. */
  finish(): Promise<void>;
}

export function writePack(file: FileHandle): PackWriter {
  const index = new Map<string, [number, number]>();
  let current: [number, number] | undefined;
  let offset = 0;
  return {
    begin: (path) => {
      current = [offset, 0];
      index.set(path, current);
    },
    write: async (chunks) => {
      for (const chunk of chunks) {
        await file.write(chunk);
        offset += chunk.length;
        if (current !== undefined) current[1] += chunk.length;
      }
    },
    finish: async () => {
      const json = Buffer.from(JSON.stringify(Object.fromEntries(index)));
      const footer = Buffer.alloc(FOOTER_BYTES);
      footer.writeUInt32BE(json.length, 0);
      // The whole length tells a pack that was cut off or grew.
      footer.writeUInt32BE((offset + json.length + FOOTER_BYTES) >>> 0, 4);
      MARK.copy(footer, 8);
      await file.write(Buffer.concat([json, footer]));
    },
  };
}

async function readIndexPlace(file: FileHandle): Promise<{ start: number; length: number } | undefined> {
  const { size } = await file.stat();
  if (size < FOOTER_BYTES) return undefined;
  const footer = Buffer.alloc(FOOTER_BYTES);
  await file.read(footer, 0, FOOTER_BYTES, size - FOOTER_BYTES);
  const length = footer.readUInt32BE(0);
  const isWhole = footer.subarray(8).equals(MARK) && footer.readUInt32BE(4) === size >>> 0;
  const start = size - FOOTER_BYTES - length;
  return isWhole && start >= 0 ? { start, length } : undefined;
}

/** Whether a file is a pack from its begin to its end, as far as its last bytes tell. */
export async function isWholePack(path: string): Promise<boolean> {
  await using file = await open(path);
  return (await readIndexPlace(file)) !== undefined;
}

/** @throws Error for a file that is no pack. */
export async function openPack(path: string): Promise<Pack> {
  const file = await open(path);
  try {
    const place = await readIndexPlace(file);
    if (place === undefined) throw new Error("A package in the cache is damaged.");
    const json = Buffer.alloc(place.length);
    await file.read(json, 0, place.length, place.start);
    const index = new Map(Object.entries(JSON.parse(json.toString()) as PackIndex));
    return {
      paths: [...index.keys()].sort(),
      has: (name) => index.has(name),
      bytes: async (name) => {
        const [offset, size] = index.get(name) ?? [0, -1];
        if (size < 0) throw new Error(`The package has no file "${name}".`);
        const bytes = Buffer.alloc(size);
        if (size > 0) await file.read(bytes, 0, size, offset);
        return bytes;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
