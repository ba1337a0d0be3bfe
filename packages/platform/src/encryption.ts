import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** A key of 32 bytes for one purpose, derived from a secret (HKDF-SHA256, RFC 5869). */
export function deriveKey(secret: Uint8Array | string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "hivesync", purpose, 32));
}

/** The same for each of several secrets, newest first. */
export function deriveKeys(secrets: readonly Uint8Array[], purpose: string): [Buffer, ...Buffer[]] {
  const [newest, ...older] = secrets.map((secret) => deriveKey(secret, purpose));
  if (!newest) throw new Error(`There is no key for ${purpose}.`);
  return [newest, ...older];
}

/** Encrypts by AES-256-GCM: nonce, tag and ciphertext in one buffer. `key` is 32 bytes. */
export function encrypt(key: Uint8Array, plaintext: string | Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  const text = typeof plaintext === "string" ? Buffer.from(plaintext) : plaintext;
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** Decrypts what {@link encrypt} made. @throws When the key is another or a bit was changed. */
export function decrypt(key: Uint8Array, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
}
