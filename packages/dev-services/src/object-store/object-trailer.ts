import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** What is kept beside the bytes of an object. */
export interface ObjectMetadata {
  readonly key: string;
  readonly sizeBytes: number;
  /** MD5 in hex, without quotes. */
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** The headers to answer with, by name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const lengthBytes = 4;

// An object is one file: the bytes, then its metadata as JSON, then the length of that JSON. So one rename makes both
// visible, and the metadata, which is known only at the end of the body, needs no second pass.
export const trailerOf = (metadata: ObjectMetadata): Buffer => {
  const json = Buffer.from(JSON.stringify(metadata));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length]);
};

/** Undefined for a file that is not an object of ours, or is cut. */
export const readTrailer = (file: string): ObjectMetadata | undefined => {
  const descriptor = openSync(file, "r");
  try {
    const fileBytes = fstatSync(descriptor).size;
    if (fileBytes < lengthBytes) return undefined;
    const length = Buffer.alloc(lengthBytes);
    readSync(descriptor, length, 0, lengthBytes, fileBytes - lengthBytes);
    const jsonBytes = length.readUInt32BE();
    const sizeBytes = fileBytes - lengthBytes - jsonBytes;
    if (sizeBytes < 0) return undefined;
    const json = Buffer.alloc(jsonBytes);
    readSync(descriptor, json, 0, jsonBytes, sizeBytes);
    const metadata = JSON.parse(json.toString()) as ObjectMetadata;
    return metadata.sizeBytes === sizeBytes ? metadata : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
};
