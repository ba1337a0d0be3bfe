import { createHash, randomBytes } from "node:crypto";
import { parse, stringify, v7 } from "uuid";

/** A new UUIDv7: sorted by time, so that an index grows at its end; strictly rising within one process. */
export function newId(): string {
  return v7();
}

/** The 16 bytes of a UUID. */
export function idToBytes(id: string): Buffer {
  return Buffer.from(parse(id));
}

/** The UUID of 16 bytes. */
export function idFromBytes(bytes: Uint8Array): string {
  return stringify(bytes);
}

/** A new secret of 256 random bits in base64url, 43 characters. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** SHA-256 in lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
