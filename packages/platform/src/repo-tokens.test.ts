import { randomBytes, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { openRepoToken, repoKeyId, sealRepoToken } from "./repo-tokens.ts";

const [older, newer] = [randomBytes(32), randomBytes(32)];
const token = { project_id: randomUUID(), host: "git.example.org:8443", username: null, token: "glpat-1234567890" };
const expected = { projectId: token.project_id, host: token.host };

test("a token is read back by whoever has its key, for its own project and host", () => {
  const kept = sealRepoToken([older], token);
  expect(kept.encrypted_token.includes(token.token)).toBe(false);
  expect(openRepoToken([older], kept, expected)).toEqual(token);
});

test("after a new key is put first, old tokens are still read and new ones are under the new key", () => {
  const kept = sealRepoToken([older], token);
  expect(openRepoToken([newer, older], kept, expected)).toEqual(token);
  expect(sealRepoToken([newer, older], token).key_id).toBe(repoKeyId(newer));
  expect(() => openRepoToken([newer], kept, expected)).toThrow(/not among those given/);
});

test("a row that stands in for another project's or host's, or was changed, is refused", () => {
  const kept = sealRepoToken([older], token);
  expect(() => openRepoToken([older], kept, { ...expected, projectId: randomUUID() })).toThrow(/another project/);
  expect(() => openRepoToken([older], kept, { ...expected, host: "evil.example.org" })).toThrow(/another project/);
  const changed = Buffer.from(kept.encrypted_token);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => openRepoToken([older], { ...kept, encrypted_token: changed }, expected)).toThrow(/authenticate/);
});
