import * as fc from "fast-check";
import { expect, test } from "vitest";
import { redactSecrets } from "./redact.ts";

const jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTkzIn0.c2lnbmF0dXJl";

const secretsByForm: readonly [string, string, string][] = [
  ["a JWT", jwt, `token ${jwt} was refused`],
  ["a bearer header", "s3cr3t-value", "Authorization: Bearer s3cr3t-value"],
  ["a preview link's code", `hsp_${"a".repeat(38)}`, `opened /p/hsp_${"a".repeat(38)}`],
  ["a refresh token", `hsr_${"a".repeat(43)}`, `presented hsr_${"a".repeat(43)}`],
  ["a device code", `hsd_${"a".repeat(43)}`, `polled with hsd_${"a".repeat(43)}`],
  ["a signed URL", "deadbeef", "GET https://s3/b/k?X-Amz-Date=1&X-Amz-Signature=deadbeef"],
  ["a webhook secret", "whsec_c2VjcmV0", "secret whsec_c2VjcmV0"],
  ["a webhook signature", `v1,${"A".repeat(43)}=`, `signature v1,${"A".repeat(43)}=`],
  ["a password in an address", "hunter2", "postgres://api:hunter2@db:5432/hivesync"],
  ["a private key", "MC4CAQAw", "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----"],
  [
    "a password hash",
    "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    "hash $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
  ],
];

test.each(secretsByForm)("%s is known by its form, wherever it stands", (_name, secret, text) => {
  expect(redactSecrets(JSON.stringify({ metadata: { message: text } }))).not.toContain(secret);
});

const secretFields = [
  "password",
  "current_password",
  "access_token",
  "refreshToken",
  "authorization",
  "cookie",
  "secret",
  "upload_url",
  "passphrase",
];

test("what stands in a field of a secret's name is gone, at any depth and whatever it holds", () => {
  fc.assert(
    fc.property(fc.constantFrom(...secretFields), fc.string({ minLength: 8 }), fc.nat(5), (field, tail, depth) => {
      const secret = `canary-${tail}`;
      let nested: unknown = { [field]: secret };
      for (let level = 0; level < depth; level++) nested = { inner: nested };
      const line = redactSecrets(JSON.stringify(nested));
      expect(line).not.toContain("canary-");
      JSON.parse(line);
    }),
  );
});

test("a line without secrets stays as it is", () => {
  const line = JSON.stringify({
    event_type: "request",
    metadata: { route: "/api/v1/projects/:id", status: 200, attempt: 2 },
  });
  expect(redactSecrets(line)).toBe(line);
});
