import { importJWK, jwtVerify, type JWK } from "jose";
import { afterAll, expect, test } from "vitest";
import { headerOf } from "#testing/forge-token.ts";
import { startTestApi, type TestApi } from "#testing/start-test-api.ts";
import { openSigningKeys } from "./signing-keys.ts";

const api = await startTestApi();
const other = await startTestApi({}, api.stack);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

async function publishedKeys(from: TestApi): Promise<JWK[]> {
  const { body } = await from.call("GET //.well-known/jwks.json");
  return (body as unknown as { keys: JWK[] }).keys;
}

test("processes that start at once agree on one active key", async () => {
  const fresh = await startTestApi();
  const second = await startTestApi({}, fresh.stack);
  const [one, two] = await Promise.all([fresh.deps.signingKeys.active(), second.deps.signingKeys.active()]);
  expect(one.kid).toBe(two.kid);
  expect(await fresh.sql`SELECT kid FROM signing_keys`).toHaveLength(1);
  await second[Symbol.asyncDispose]();
  await fresh[Symbol.asyncDispose]();
});

test("a process takes what another has signed", async () => {
  const user = await api.register();
  expect((await other.call("GET /auth/me", { token: user.token })).status).toBe(200);
});

test("after a rotation old tokens stay good, new ones have the new key, and every process knows both", async () => {
  const before = await api.register();
  await other.call("GET /auth/me", { token: before.token });
  await api.deps.signingKeys.rotate({ force: true });
  const after = await api.register();
  expect(headerOf(after.token)["kid"]).not.toBe(headerOf(before.token)["kid"]);
  for (const { token } of [before, after])
    for (const process of [api, other]) expect((await process.call("GET /auth/me", { token })).status).toBe(200);
});

test("the published keys check our tokens and hold nothing private", async () => {
  const user = await api.register();
  const keys = await publishedKeys(api);
  const kid = headerOf(user.token)["kid"];
  const key = keys.find((candidate) => candidate.kid === kid);
  const { payload } = await jwtVerify(user.token, await importJWK(key ?? {}, "EdDSA"));
  expect(payload.sub).toBe(user.id);
  for (const published of keys) expect(Object.keys(published).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
});

test("a key younger than thirty days is not rotated, an older one is, once however many ask", async () => {
  const { kid } = await api.deps.signingKeys.active();
  await api.deps.signingKeys.rotate();
  expect((await api.deps.signingKeys.active()).kid).toBe(kid);
  await api.sql`UPDATE signing_keys SET created_at = now() - interval '31 days' WHERE kid = ${kid}`;
  const count = async () => (await api.sql`SELECT kid FROM signing_keys`).length;
  const before = await count();
  await Promise.all([api.deps.signingKeys.rotate(), other.deps.signingKeys.rotate(), api.deps.signingKeys.rotate()]);
  expect(await count()).toBe(before + 1);
  expect((await api.deps.signingKeys.active()).kid).not.toBe(kid);
});

test("a key that the operator retires is followed by another, and what it signed stays good", async () => {
  const user = await api.register();
  await api.sql`UPDATE signing_keys SET retired_at = now() WHERE retired_at IS NULL`;
  await using restarted = await startTestApi({}, api.stack);
  const after = await restarted.register();
  expect(headerOf(after.token)["kid"]).not.toBe(headerOf(user.token)["kid"]);
  expect((await restarted.call("GET /auth/me", { token: user.token })).status).toBe(200);
});

test("private keys are stored encrypted, and not readable under another master key", async () => {
  const rows = await api.sql<{ sealed: Uint8Array }[]>`SELECT encrypted_private_jwk AS sealed FROM signing_keys`;
  for (const { sealed } of rows) expect(Buffer.from(sealed).toString("latin1")).not.toMatch(/"d"|"kty"/);
  await expect(openSigningKeys(api.deps.db, [Buffer.alloc(32, 7)]).active()).rejects.toThrow(
    "unable to authenticate data",
  );
});

// Last: the other processes of this file go on with the keys that they have read.
test("keys that the operator deletes are taken by no process that starts then, and clients go on by their refresh token", async () => {
  const user = await api.register();
  // As the operations guide says it for after a leak.
  await api.sql`DELETE FROM signing_keys`;
  await using restarted = await startTestApi({}, api.stack);
  expect((await restarted.call("GET /auth/me", { token: user.token })).status).toBe(401);
  const refreshed = await restarted.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
  const { access_token: token } = refreshed.body.data as { access_token: string };
  expect((await restarted.call("GET /auth/me", { token })).status).toBe(200);
});
