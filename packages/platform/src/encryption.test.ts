import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decrypt, deriveKey, encrypt } from "./encryption.ts";

const key = deriveKey("a secret", "tests");

test("what was encrypted is decrypted, and is never encrypted twice alike", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const sealed = encrypt(key, bytes);
      expect(new Uint8Array(decrypt(key, sealed))).toEqual(bytes);
      expect(encrypt(key, bytes).equals(sealed)).toBe(false);
    }),
  );
});

test("one flipped bit anywhere is noticed", () => {
  const sealed = encrypt(key, "some text");
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((changed[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => decrypt(key, changed)).toThrow("unable to authenticate");
    }),
  );
});

test("keys of two purposes differ", () => {
  expect(() => decrypt(deriveKey("a secret", "other"), encrypt(key, "x"))).toThrow("unable to authenticate");
});
