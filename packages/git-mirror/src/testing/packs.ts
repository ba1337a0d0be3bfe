import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

const kinds = { commit: 1, tree: 2, blob: 3, tag: 4 } as const;

/** An object as it stands in a pack. */
export type PackedObject =
  | { kind: keyof typeof kinds; content: Buffer; deflated?: Buffer; size?: number }
  /** What is made of an object by its id and instructions to copy. */
  | { base: string; delta: Buffer };

/** The id that git gives a content. */
export function objectId(kind: keyof typeof kinds, content: Buffer): string {
  return createHash("sha1").update(`${kind} ${content.length}\0`).update(content).digest("hex");
}

function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let current = (type << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(current | 128);
    current = rest % 128;
  }
  return Buffer.from([...bytes, current]);
}

const refDelta = 7;

function entry(object: PackedObject): Buffer {
  if ("base" in object)
    return Buffer.concat([
      entryHeader(refDelta, object.delta.length),
      Buffer.from(object.base, "hex"),
      deflateSync(object.delta),
    ]);
  const { kind, content, deflated = deflateSync(content), size = content.length } = object;
  return Buffer.concat([entryHeader(kinds[kind], size), deflated]);
}

/** A pack of these objects, see gitformat-pack(5). */
export function makePack(objects: readonly PackedObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const body = Buffer.concat([header, ...objects.map(entry)]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

/** Instructions that copy a base of at most 16 MB so many times, one after the other. */
export function repeatDelta(baseSize: number, times: number): Buffer {
  const copy = [0b1111_0000, baseSize & 255, (baseSize >> 8) & 255, (baseSize >> 16) & 255];
  return Buffer.from([
    ...lengthBytes(baseSize),
    ...lengthBytes(baseSize * times),
    ...Array.from({ length: times }, () => copy).flat(),
  ]);
}
