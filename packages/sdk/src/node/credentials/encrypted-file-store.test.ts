import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createCredentialStore, CredentialStoreError } from "#node/index.ts";

const baseUrl = "https://hivesync.example.com";
const login = { accessToken: "access-canary-1", refreshToken: "refresh-canary-2", expiresAtMs: 1_800_000_000_000 };
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-credentials-"));
});

afterEach(() => rm(directory, { recursive: true }));

const openStore = (passphrase: string) => createCredentialStore({ kind: "encrypted-file", passphrase, directory });
const onlyFile = async (): Promise<string> => path.join(directory, (await readdir(directory))[0] ?? "");

it("A login comes back under its passphrase, in another process too, until it is cleared", async () => {
  const store = await openStore("open sesame");
  expect(await store.load(baseUrl)).toBeUndefined();
  await store.save(baseUrl, login);
  const reopened = await openStore("open sesame");
  expect(await reopened.load(baseUrl)).toEqual(login);
  expect(await reopened.load("https://another.example.com")).toBeUndefined();
  await reopened.clear(baseUrl);
  expect(await store.load(baseUrl)).toBeUndefined();
  expect(await readdir(directory)).toEqual([]);
});

it("The file holds no token in plaintext, in any encoding, and nobody else may read it", async () => {
  await (await openStore("open sesame")).save(baseUrl, login);
  const text = await readFile(await onlyFile(), "utf8");
  for (const secret of [login.accessToken, login.refreshToken, "open sesame", baseUrl]) {
    for (const encoding of ["utf8", "base64", "base64url", "hex"] as const) {
      // Without the last characters, which padding could change.
      expect(text).not.toContain(Buffer.from(secret).toString(encoding).slice(0, -4));
    }
  }
  expect((await stat(await onlyFile())).mode & 0o777).toBe(0o600);
});

it("Under another passphrase it does not open, and the error says what to do", async () => {
  await (await openStore("open sesame")).save(baseUrl, login);
  const error = await (await openStore("open barley")).load(baseUrl).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(CredentialStoreError);
  expect(String(error)).toMatch(/HIVESYNC_CREDENTIALS_PASSPHRASE.*sign in again/u);
});

it.each([
  [
    "changed",
    async (file: string) => {
      const sealed = JSON.parse(await readFile(file, "utf8")) as { ciphertext: string };
      const bytes = Buffer.from(sealed.ciphertext, "base64");
      bytes[5] = (bytes[5] ?? 0) ^ 1;
      await writeFile(file, JSON.stringify({ ...sealed, ciphertext: bytes.toString("base64") }));
    },
  ],
  ["cut off", async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 40))],
  [
    "given a shorter tag",
    async (file: string) => {
      const sealed = JSON.parse(await readFile(file, "utf8")) as { tag: string };
      await writeFile(
        file,
        JSON.stringify({ ...sealed, tag: Buffer.from(sealed.tag, "base64").subarray(0, 4).toString("base64") }),
      );
    },
  ],
])("A file that was %s does not open", async (_how, damage) => {
  const store = await openStore("open sesame");
  await store.save(baseUrl, login);
  await damage(await onlyFile());
  await expect(store.load(baseUrl)).rejects.toThrow(CredentialStoreError);
});

it("One server's file put in the place of another's does not open", async () => {
  const store = await openStore("open sesame");
  await store.save(baseUrl, login);
  const stolen = await onlyFile();
  await store.save("https://another.example.com", { ...login, accessToken: "other" });
  const other = path.join(directory, (await readdir(directory)).find((name) => !stolen.endsWith(name)) ?? "");
  await rename(stolen, other);
  await expect(store.load("https://another.example.com")).rejects.toThrow(CredentialStoreError);
});

it("Saving twice never uses a nonce twice", async () => {
  const store = await openStore("open sesame");
  const nonces = new Set<unknown>();
  for (let saves = 0; saves < 3; saves += 1) {
    await store.save(baseUrl, login);
    nonces.add((JSON.parse(await readFile(await onlyFile(), "utf8")) as { nonce: unknown }).nonce);
  }
  expect(nonces.size).toBe(3);
});

it("A store that cannot be had is an error that says what is missing", async () => {
  await expect(createCredentialStore({ kind: "encrypted-file", directory })).rejects.toThrow(
    /HIVESYNC_CREDENTIALS_PASSPHRASE/u,
  );
});
