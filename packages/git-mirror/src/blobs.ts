import { startGit, type GitContext } from "./process/git-process.ts";

/** The contents of one file. */
export interface Blob {
  oid: string;
  size: number;
  /** Read or left before the next blob is asked for. */
  body: AsyncIterable<Buffer>;
}

const newline = 10;
const maxLineBytes = 256;

/** Reads a stream by lines and by counted bytes, never holding more than a chunk of it. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async #next(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done === true) throw new Error("git ended within an answer");
    return next.value;
  }

  /** The next bytes, at least one and at most `most`. */
  async take(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) this.#rest = await this.#next();
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(newline);
      if (end !== -1) {
        const line = this.#rest.subarray(0, end).toString("latin1");
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (this.#rest.length > maxLineBytes) throw new Error("git answered something that is no blob");
      this.#rest = Buffer.concat([this.#rest, await this.#next()]);
    }
  }
}

/** A blob's bytes and the line break after it; `skip` passes over what was not read. */
function bodyOf(reader: ChunkReader, size: number): { body: AsyncIterable<Buffer>; skip: () => Promise<void> } {
  let left = size + 1;
  async function* read(): AsyncGenerator<Buffer> {
    while (left > 1) {
      const chunk = await reader.take(left - 1);
      left -= chunk.length;
      yield chunk;
    }
  }
  const skip = async (): Promise<void> => {
    while (left > 0) left -= (await reader.take(left)).length;
  };
  return { body: read(), skip };
}

function* asLines(oids: Iterable<string>): Generator<string> {
  for (const oid of oids) yield `${oid}\n`;
}

/** The contents of blobs in the order asked for, all from one process, which waits while nobody reads. */
export async function* readBlobs(context: GitContext, oids: Iterable<string>): AsyncGenerator<Blob> {
  const wanted = [...oids];
  const git = startGit(context, { args: ["cat-file", "--batch", "--buffer"], isPaced: true, stdin: asLines(wanted) });
  try {
    const reader = new ChunkReader(git.stdout);
    for (const oid of wanted) {
      const line = await reader.line().catch(async (error: unknown) => {
        // What ended git says more than that it has.
        await git.finish();
        throw error;
      });
      const [found, kind, size = ""] = line.split(" ");
      if (found !== oid || kind !== "blob") throw new Error(`the mirror has no blob ${oid}: ${line}`);
      const { body, skip } = bodyOf(reader, Number(size));
      yield { oid, size: Number(size), body };
      await skip();
    }
    await git.finish();
  } finally {
    git.kill();
  }
}
