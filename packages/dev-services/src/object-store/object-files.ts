import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { digestingBody, type BodyDigests } from "./body-digests.ts";
import { readTrailer, trailerOf, type ObjectMetadata } from "./object-trailer.ts";
import type { ByteRange } from "./range.ts";
import { S3Error } from "./s3-error.ts";

/** How an object is written. */
export interface ObjectWrite {
  readonly key: string;
  readonly body: Readable;
  readonly headers: Readonly<Record<string, string>>;
  /** True: an object that is there already is not replaced. */
  readonly mustBeNew: boolean;
  /** Throws when the body is not what it should be; then nothing is stored. */
  readonly verify: (digests: BodyDigests) => void;
}

/** The objects of one bucket, as files. */
export interface ObjectFiles {
  readonly find: (key: string) => ObjectMetadata | undefined;
  /** The object as it is now: what replaces or removes it later does not touch the stream. */
  readonly read: (key: string, range: ByteRange) => Readable;
  readonly write: (object: ObjectWrite) => Promise<ObjectMetadata>;
  readonly remove: (key: string) => void;
  /** All keys in the order of their UTF-8 bytes. */
  readonly sortedKeys: () => readonly string[];
}

/** Writes body and metadata to the file and forces them to disk. */
const receive = async (object: ObjectWrite, file: string): Promise<ObjectMetadata> => {
  const { key, body, headers, verify } = object;
  let received: ObjectMetadata | undefined;
  const content = async function* () {
    const digests = yield* digestingBody(body);
    verify(digests);
    const lastModified = new Date().toISOString();
    received = { key, sizeBytes: digests.sizeBytes, etag: digests.md5, lastModified, headers };
    yield trailerOf(received);
  };
  await pipeline(content, createWriteStream(file, { flags: "wx", flush: true }));
  if (received === undefined) throw new Error("The upload ended without its end.");
  return received;
};

/** Opens the objects below a directory, which is made where there is none. One process at a time may do so. */
export const openObjectFiles = (directory: string): ObjectFiles => {
  const objects = path.join(directory, "objects");
  const incoming = path.join(directory, "incoming");
  mkdirSync(objects, { recursive: true });
  // What lies here was being uploaded when the store was killed.
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming);

  // The name of a file is a hash of the key: no key can lead out of the directory, be too long, or meet another key
  // that differs in case only.
  const fileOf = (key: string): string => {
    const name = createHash("sha256").update(key).digest("hex");
    return path.join(objects, name.slice(0, 2), name.slice(2));
  };

  const index = new Map<string, ObjectMetadata>();
  for (const entry of readdirSync(objects, { recursive: true, withFileTypes: true })) {
    const metadata = entry.isFile() ? readTrailer(path.join(entry.parentPath, entry.name)) : undefined;
    if (metadata !== undefined) index.set(metadata.key, metadata);
  }
  let sorted: readonly string[] | undefined;

  return {
    find: (key) => index.get(key),
    read: (key, range) => createReadStream("", { fd: openSync(fileOf(key), "r"), ...range }),
    write: async (object) => {
      const temporary = path.join(incoming, randomUUID());
      try {
        const metadata = await receive(object, temporary);
        const file = fileOf(object.key);
        mkdirSync(path.dirname(file), { recursive: true });
        if (object.mustBeNew && index.has(object.key))
          throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        // In one turn of the event loop, so that index and disk cannot disagree about which of two uploads came last.
        renameSync(temporary, file);
        index.set(object.key, metadata);
        sorted = undefined;
        return metadata;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    remove: (key) => {
      rmSync(fileOf(key), { force: true });
      index.delete(key);
      sorted = undefined;
    },
    sortedKeys: () => {
      sorted ??= [...index.keys()]
        .map((key) => ({ key, bytes: Buffer.from(key) }))
        .sort((left, right) => Buffer.compare(left.bytes, right.bytes))
        .map(({ key }) => key);
      return sorted;
    },
  };
};
