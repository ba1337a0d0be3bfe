import type { ManifestFile } from "#build-result.ts";
import { BuildError } from "#report/build-error.ts";
import { tooLarge } from "#report/too-large.ts";

/** The files of one project, held by path. Bytes are read when they are first asked for. */
export interface ProjectFiles {
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** What the manifest says of a file that the project has. */
  size(path: string): number;
  bytes(path: string): Promise<Uint8Array>;
  text(path: string): Promise<string>;
  /** The file's text, or undefined when the project has no such file. */
  textIfPresent(path: string): Promise<string | undefined>;
  /** Reads a file that may turn out not to be needed: it does not count as read unless it is taken. */
  peek(path: string): Promise<Uint8Array>;
  /** Counts a file as read whose bytes are known by their hash: what was made of it is kept. */
  take(path: string): void;
  /** Remembers what counts as read. What it gives goes back to that, for another way to build the same. */
  mark(): () => void;
  /** What was read so far, by path. */
  inputs(): { path: string; size: number }[];
}

export interface ProjectFilesSource {
  readonly files: readonly ManifestFile[];
  readonly readBlob: (sha256: string) => Promise<Uint8Array>;
  readonly maxInputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export function createProjectFiles(source: ProjectFilesSource): ProjectFiles {
  const byPath = new Map(source.files.map((file) => [file.path, file]));
  const reads = new Map<string, Promise<Uint8Array>>();
  const sizes = new Map<string, number>();
  let totalBytes = 0;

  const inputs = (): { path: string; size: number }[] =>
    [...sizes].map(([path, size]) => ({ path, size })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const count = (path: string, size: number): void => {
    if (!sizes.has(path)) totalBytes += size;
    sizes.set(path, size);
    // Also when it was counted before: a build that goes over it in one way does so in every other.
    if (totalBytes > source.maxInputBytes) {
      throw tooLarge(`The build read more than ${source.maxInputBytes} bytes of files.`, "input", { inputs });
    }
  };
  const mark = () => {
    const before = { sizes: new Map(sizes), totalBytes };
    return () => {
      sizes.clear();
      for (const [path, size] of before.sizes) sizes.set(path, size);
      totalBytes = before.totalBytes;
    };
  };
  const read = async (path: string): Promise<Uint8Array> => {
    const file = byPath.get(path);
    if (file === undefined) throw new BuildError(`The project has no file "${path}".`);
    source.signal?.throwIfAborted();
    const bytes = await source.readBlob(file.sha256);
    // The manifest's size is only what the client said: the bytes that came are what counts.
    if (bytes.length !== file.size) {
      throw new BuildError(`"${path}" has ${bytes.length} bytes, but the manifest says ${file.size}.`);
    }
    return bytes;
  };
  const peek = (path: string): Promise<Uint8Array> => {
    const known = reads.get(path) ?? read(path);
    reads.set(path, known);
    return known;
  };
  const bytes = async (path: string): Promise<Uint8Array> => {
    const found = await peek(path);
    count(path, found.length);
    return found;
  };
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await bytes(path));

  return {
    paths: [...byPath.keys()].sort(),
    has: (path) => byPath.has(path),
    size: (path) => byPath.get(path)?.size ?? 0,
    bytes,
    peek,
    text,
    textIfPresent: async (path) => (byPath.has(path) ? text(path) : undefined),
    take: (path) => count(path, byPath.get(path)?.size ?? 0),
    mark,
    inputs,
  };
}
