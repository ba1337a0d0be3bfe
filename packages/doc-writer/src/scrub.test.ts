import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { looksSecret, scrubSecrets } from "./scrub.ts";

// Put together at run time, so that this file holds nothing that looks like a key.
const joined = (...parts: string[]): string => parts.join("");
const secrets = {
  aws: joined("AKIA", "IOSFODNN7EXAMPLE"),
  github: joined("ghp", "_", "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8"),
  jwt: joined("eyJ", "hbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0", ".c2lnbmF0dXJl"),
  stripe: joined("sk", "_live_", "51HxYzAbCdEfGhIjKl"),
  slack: joined("xoxb", "-1234567890-abcdefghij"),
  google: joined("AIza", "SyA1234567890abcdefghijklmnopqrstuv"),
};

const words = fc.constantFrom(
  ...Object.values(secrets),
  "-----BEGIN RSA PRIVATE KEY-----",
  "-----END RSA PRIVATE KEY-----",
  'password = "hunter2222"',
  "API_TOKEN=abcdefgh1234",
  "postgres://me:secret@host/db",
  "Bearer abcdefghijklmnopqrst",
  "\n",
  "\r\n",
  '"',
  "'",
  "`",
  " ",
  "token: ",
  "=",
  "x",
);
const code = fc
  .array(fc.oneof({ weight: 4, arbitrary: words }, fc.string({ maxLength: 6 })))
  .map((parts) => parts.join(""));

describe("secrets in code", () => {
  test.each(Object.entries(secrets))("a key of %s is taken out wherever it stands", (_issuer, secret) => {
    for (const line of [secret, `const x = "${secret}";`, `# ${secret}`, `call(${secret})`]) {
      expect(scrubSecrets(line)).not.toContain(secret);
    }
  });

  test.each([
    ['const password = "correct horse";', "correct horse"],
    ["db_password: 'correct-horse'", "correct-horse"],
    ["export API_KEY=abcdef0123456789", "abcdef0123456789"],
    ['const clientSecret: string = "abcdef";', "abcdef"],
    ["'secret_key' => 'correct-horse',", "correct-horse"],
    ['url = "postgres://user:correct-horse@host/db"', "correct-horse"],
    ['cs = "Server=x;Password=correct-horse;Other=1"', "correct-horse"],
    ['headers = {"X": "Bearer abcdefghijklmnopqrstuvwxyz"}', "abcdefghijklmnopqrstuvwxyz"],
  ])("the value in %s is taken out", (line, value) => {
    expect(scrubSecrets(line)).not.toContain(value);
  });

  test("a private key's lines go, and their number stays", () => {
    const key = ["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBg", "kqhkiG9w0BAQEF", "-----END PRIVATE KEY-----"];
    const scrubbed = scrubSecrets(`a\n${key.join("\n")}\nb`);
    expect(scrubbed).not.toMatch(/MIIE|kqhk|PRIVATE/);
    expect(scrubbed.split("\n")).toHaveLength(6);
  });

  test("code that only speaks of secrets is left as it is", () => {
    const plain = [
      "const token = readToken(input);",
      'if (password === "") throw new Error("no password");'.replace('=== ""', "=== undefined"),
      'const password = "${PASSWORD}";',
      "function setPassword(password: string, token?: Token): void {}",
      "const url = `https://example.com/path`;",
    ];
    for (const line of plain) expect(scrubSecrets(line)).toBe(line);
    expect(looksSecret(plain.join("\n"))).toBe(false);
  });

  test("the number of lines never changes, and a second time changes nothing", () => {
    fc.assert(
      fc.property(code, (text) => {
        const once = scrubSecrets(text);
        expect(once.split("\n")).toHaveLength(text.split("\n").length);
        expect(once.split("\r\n")).toHaveLength(text.split("\r\n").length);
        expect(scrubSecrets(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  test("no known key is left in any text", () => {
    fc.assert(
      fc.property(code, fc.constantFrom(...Object.values(secrets)), code, (before, secret, after) => {
        expect(scrubSecrets(`${before} ${secret} ${after}`)).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
  });

  test("long texts that look like the start of something end too", () => {
    for (const part of ["a", "password ", "a_token", "a://", "-----BEGIN PRIVATE KEY-----", "token='", "Bearer "]) {
      const text = part.repeat(20_000);
      expect(scrubSecrets(text).split("\n")).toHaveLength(1);
    }
  });
});
