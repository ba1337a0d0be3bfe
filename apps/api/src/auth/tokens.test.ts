import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, describe, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claimsOf, expiredToken, forgeToken, headerOf } from "#testing/forge-token.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const user = await api.register();
const other = await api.register();
const [header = "", payload = "", signature = ""] = user.token.split(".");

function expectRefused(token: string, code: "AUTH_INVALID" | "AUTH_EXPIRED" = "AUTH_INVALID") {
  return expectRefusal(api, "GET /auth/me", { token, code });
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

test("an access token says who, in which session, and until when; nothing more", () => {
  expect(headerOf(user.token)).toEqual({ alg: "EdDSA", kid: expect.any(String), typ: "at+jwt" });
  const claims = claimsOf(user.token);
  expect(Object.keys(claims).sort()).toEqual(["aud", "exp", "iat", "iss", "jti", "sid", "sub"]);
  expect(claims).toMatchObject({ sub: user.id, iss: "http://api.test", aud: "hivesync-api" });
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
});

test("a token that was forged only in nothing is accepted, so that the refusals below mean something", async () => {
  const answer = await api.call("GET /auth/me", { token: await forgeToken(api, user) });
  expect(answer.status).toBe(200);
});

describe("AUTH_EXPIRED", () => {
  test("a token that has run out, also one that was good a moment ago", async () => {
    await expectRefused(await expiredToken(api, user), "AUTH_EXPIRED");
    const brief = await forgeToken(api, user, { claims: { exp: Math.floor(Date.now() / 1_000) + 1 } });
    const call = () => api.call("GET /auth/me", { token: brief });
    const last = await waitUntil(call, ({ status }) => status !== 200, { seconds: 5 });
    expectError(last, "AUTH_EXPIRED");
  });
});

describe("AUTH_INVALID", () => {
  test.each([
    ["no header", {}],
    ["another scheme", { authorization: "Basic dTpw" }],
    ["a scheme without a token", { authorization: "Bearer " }],
    ["a token with more behind it", { authorization: `Bearer ${user.token} x` }],
  ])("%s", async (_, headers: Record<string, string>) => {
    await expectRefusal(api, "GET /auth/me", { headers, code: "AUTH_INVALID" });
  });

  test.each([
    ["no JWT at all", "x.y.z"],
    [
      "other claims under the old signature",
      `${header}.${encode({ ...claimsOf(user.token), sub: other.id })}.${signature}`,
    ],
    ["another's signature", `${header}.${payload}.${other.token.split(".")[2]}`],
    ["no signature", `${header}.${payload}.`],
    ["the algorithm none", `${encode({ ...headerOf(user.token), alg: "none" })}.${payload}.`],
    [
      "the algorithm none with a signature",
      `${encode({ ...headerOf(user.token), alg: "none" })}.${payload}.${signature}`,
    ],
    ["another algorithm", `${encode({ ...headerOf(user.token), alg: "HS256" })}.${payload}.${signature}`],
    ["a critical header", `${encode({ ...headerOf(user.token), crit: ["x"], x: 1 })}.${payload}.${signature}`],
  ])("%s", async (_, token) => {
    await expectRefused(token);
  });

  test("every bit of the signature counts", async () => {
    const bytes = Buffer.from(signature, "base64url");
    for (const index of [0, 31, 32, 63]) {
      const flipped = Buffer.from(bytes);
      flipped[index] = (flipped[index] ?? 0) ^ 1;
      await expectRefused(`${header}.${payload}.${flipped.toString("base64url")}`);
    }
  });

  test("HMAC with the public key as its secret", async () => {
    const [jwk] = await api.deps.signingKeys.publicJwks();
    const secret = Buffer.from(jwk?.x ?? "", "base64url");
    const forged = await new SignJWT(claimsOf(user.token))
      .setProtectedHeader({ ...headerOf(user.token), alg: "HS256" })
      .sign(secret);
    await expectRefused(forged);
  });

  test("a stranger's key under an unknown kid, under ours, and with itself in the header", async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const jwk = await exportJWK(publicKey);
    const headers = [
      { alg: "EdDSA", typ: "at+jwt", kid: newId() },
      { alg: "EdDSA", typ: "at+jwt" },
      { ...headerOf(user.token), alg: "EdDSA" },
      { alg: "EdDSA", typ: "at+jwt", kid: newId(), jwk },
      { alg: "EdDSA", typ: "at+jwt", kid: newId(), jku: "http://127.0.0.1:1/jwks.json" },
    ];
    for (const protectedHeader of headers)
      await expectRefused(await new SignJWT(claimsOf(user.token)).setProtectedHeader(protectedHeader).sign(privateKey));
  });

  test.each([
    ["another issuer", { claims: { iss: "http://elsewhere.test" } }],
    ["another audience", { claims: { aud: "hivesync-preview" } }],
    ["the type of a preview token", { header: { typ: "preview+jwt" } }],
    ["no type", { header: { typ: "JWT" } }],
    ["no end", { claims: { exp: undefined } }],
    ["no id", { claims: { jti: undefined } }],
    ["no session", { claims: { sid: undefined } }],
    ["no user", { claims: { sub: undefined } }],
    ["a session that is no text", { claims: { sid: 7 } }],
    ["a session that is not there", { claims: { sid: newId() } }],
    ["another's session", { claims: { sid: claimsOf(other.token)["sid"] } }],
  ])("our own signature over %s", async (_, change) => {
    await expectRefused(await forgeToken(api, user, change));
  });
});

describe("the two kinds of token", () => {
  test("are never taken for each other", async () => {
    const project = await createProject(api, user);
    const row = {
      id: newId(),
      project_id: project.id,
      created_at: new Date().toISOString(),
      expires_at: new Date(Date.now() + 60_000).toISOString(),
    };
    const preview = await api.deps.tokens.signPreview(row);
    await expectRefused(preview);
    expectError(await api.call(`GET /projects/${project.id}`, { token: preview }), "AUTH_INVALID");
    await expect(api.deps.tokens.verifyPreview(user.token)).rejects.toMatchObject({ code: "AUTH_INVALID" });
    const relabelled = await forgeToken(api, user, { header: { typ: "preview+jwt" } });
    expectError(await api.call(`GET /preview/${row.id}`, { token: relabelled }), "AUTH_INVALID");
  });

  test("a preview token is made from its row alone, and so can be made again", async () => {
    const row = {
      id: newId(),
      project_id: newId(),
      created_at: "2026-11-22T10:00:00.000Z",
      expires_at: "2066-11-22T11:00:00.000Z",
    };
    const token = await api.deps.tokens.signPreview(row);
    expect(await api.deps.tokens.signPreview(row)).toBe(token);
    expect(claimsOf(token)).toMatchObject({ jti: row.id, iat: Date.parse(row.created_at) / 1_000 });
    expect(await api.deps.tokens.verifyPreview(token)).toEqual({ jobId: row.id });
  });
});
