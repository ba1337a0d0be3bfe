import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt, type BinaryLike } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { systemErrorCode } from "#node/local-file-error.ts";
import { parseStoredLogin, type CredentialStore, type StoredLogin } from "#session/credential-store.ts";
import { CredentialStoreError } from "./credential-store-error.ts";

// OWASP Password Storage Cheat Sheet, one of its equivalent choices for scrypt; 32 MiB and about 0.2 s.
const keyCost = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const keyBytes = 32;
const saltBytes = 16;
// NIST SP 800-38D: 96 bits, never twice under one key.
const nonceBytes = 12;

const sealedFile = z.strictObject({
  version: z.literal(1),
  salt: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  ciphertext: z.base64(),
});

/** Keeps each login in a file of its own, which without the passphrase is noise. */
export class EncryptedFileStore implements CredentialStore {
  readonly kind = "encrypted-file";
  readonly #directory: string;
  readonly #passphrase: string;
  readonly #keys = new Map<string, Promise<Buffer>>();
  // One for all that this process writes: making a key is meant to be slow.
  readonly #salt = randomBytes(saltBytes).toString("base64");

  constructor({ directory, passphrase }: { directory: string; passphrase: string }) {
    this.#directory = directory;
    this.#passphrase = passphrase;
  }

  async load(baseUrl: string): Promise<StoredLogin | undefined> {
    const file = this.#fileOf(baseUrl);
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      if (systemErrorCode(error) === "ENOENT") return undefined;
      throw new CredentialStoreError(`The login in ${file} cannot be read.`, { cause: error });
    });
    return text === undefined ? undefined : parseStoredLogin(await this.#open(text, { baseUrl, file }));
  }

  async save(baseUrl: string, login: StoredLogin): Promise<void> {
    const file = this.#fileOf(baseUrl);
    const sealed = await this.#seal(JSON.stringify(login), baseUrl);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await replaceFile(file, sealed);
    } catch (cause) {
      throw new CredentialStoreError(`The login cannot be written to ${file}.`, { cause });
    }
  }

  async clear(baseUrl: string): Promise<void> {
    await rm(this.#fileOf(baseUrl), { force: true });
  }

  #fileOf(baseUrl: string): string {
    return path.join(this.#directory, `${createHash("sha256").update(baseUrl).digest("hex").slice(0, 32)}.json`);
  }

  async #seal(text: string, baseUrl: string): Promise<string> {
    const salt = this.#salt;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", await this.#keyFor(salt), nonce);
    cipher.setAAD(authenticated(baseUrl));
    const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return JSON.stringify({
      version: 1,
      salt,
      nonce: nonce.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
      ciphertext: ciphertext.toString("base64"),
    } satisfies z.input<typeof sealedFile>);
  }

  async #open(text: string, { baseUrl, file }: { baseUrl: string; file: string }): Promise<string> {
    try {
      const sealed = sealedFile.parse(JSON.parse(text));
      const key = await this.#keyFor(sealed.salt);
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(sealed.nonce, "base64"), { authTagLength: 16 });
      decipher.setAAD(authenticated(baseUrl));
      decipher.setAuthTag(Buffer.from(sealed.tag, "base64"));
      const clear = Buffer.concat([decipher.update(Buffer.from(sealed.ciphertext, "base64")), decipher.final()]);
      return clear.toString("utf8");
    } catch (cause) {
      throw new CredentialStoreError(
        `The login in ${file} does not open with this HIVESYNC_CREDENTIALS_PASSPHRASE. Set the one it was kept under, or sign in again.`,
        { cause },
      );
    }
  }

  #keyFor(salt: string): Promise<Buffer> {
    const known = this.#keys.get(salt);
    if (known) return known;
    const key = deriveKey(this.#passphrase, Buffer.from(salt, "base64"));
    this.#keys.set(salt, key);
    return key;
  }
}

// Binds the login to its server: a file renamed to another server's does not open.
function authenticated(baseUrl: string): Buffer {
  return Buffer.from(`hivesync login 1\n${baseUrl}`);
}

function deriveKey(passphrase: string, salt: BinaryLike): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFKC"), salt, keyBytes, keyCost, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** A reader finds the old contents or the new, never a part. */
async function replaceFile(file: string, contents: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    {
      await using handle = await open(temporary, "wx", 0o600);
      await handle.writeFile(contents);
      await handle.sync();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
