import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { headerOf } from "#testing/forge-token.ts";
import { startTestApi, type TestApi, type TestUser } from "#testing/start-test-api.ts";
import { openSigningKeys } from "./signing-keys.ts";

const newKey = randomBytes(32).toString("base64");
const before = await startTestApi();
const { masterKey: oldKey } = before.stack;
const started: TestApi[] = [before];
const startWith = async (...keys: string[]): Promise<TestApi> => {
  const api = await startTestApi({ HIVESYNC_MASTER_KEY: keys.join(",") }, before.stack);
  started.push(api);
  return api;
};
// The three steps of the operations guide: the new key is known everywhere, then it is used everywhere, then the old one goes.
const knowing = await startWith(oldKey, newKey);
const using = await startWith(newKey, oldKey);
afterAll(async () => {
  for (const api of started.toReversed()) await api[Symbol.asyncDispose]();
});

const refreshAt = async (api: TestApi, token: string): Promise<string> => {
  const answer = await api.call("POST /auth/refresh", { body: { refresh_token: token } });
  expect(answer.status).toBe(200);
  return (answer.body.data as { refresh_token: string }).refresh_token;
};
const isLetIn = async (api: TestApi, user: TestUser): Promise<boolean> =>
  (await api.call("GET /auth/me", { token: user.token })).status === 200;

describe("while the master key is changed", () => {
  test("processes of each step take the tokens of the others", async () => {
    // One after the other, as the steps are: the first makes the signing key.
    const users = [await before.register(), await knowing.register(), await using.register()];
    for (const api of [knowing, using]) for (const user of users) expect(await isLetIn(api, user)).toBe(true);
    expect(await isLetIn(knowing, await using.register())).toBe(true);
  });

  test("a refresh that is repeated at a process of another step gets the same successor, and is no theft", async () => {
    for (const [first, second] of [
      [knowing, using],
      [using, knowing],
    ] as const) {
      const user = await before.register();
      const successor = await refreshAt(first, user.refreshToken);
      expect(await refreshAt(second, user.refreshToken)).toBe(successor);
      await refreshAt(second, successor);
    }
  });

  test("a device link that was begun before is approved and collected after, and once more when the answer is lost", async () => {
    const user = await before.register();
    const link = await knowing.call("POST /auth/device/start", { body: { client_name: "Editor" } });
    const { device_code, user_code } = link.body.data as { device_code: string; user_code: string };
    const approved = await using.call("POST /auth/device/approve", {
      token: user.token,
      body: { user_code, decision: "APPROVE" },
    });
    expect(approved.status).toBe(200);
    const collect = async (api: TestApi): Promise<string | undefined> => {
      const answer = await api.call("POST /auth/device/token", { body: { device_code } });
      return (answer.body.data as { refresh_token?: string } | null)?.refresh_token;
    };
    const first = await collect(knowing);
    expect(first).toMatch(/^hsr_/);
    // Asked again sooner than the interval it would be told to wait.
    await before.sql`UPDATE device_links SET last_polled_at = NULL`;
    expect(await collect(using)).toBe(first);
  });
});

describe("afterwards", () => {
  test("the active signing key is encrypted under the new key alone, and the old one can go", async () => {
    const user = await before.register();
    // Every process reads the keys anew each minute, and as here when it looks whether one is due.
    await using.deps.signingKeys.rotate();
    const after = await startWith(newKey);
    expect(await isLetIn(after, user)).toBe(true);
    const fresh = await after.register();
    expect(headerOf(fresh.token)["kid"]).toBe(headerOf(user.token)["kid"]);
    await refreshAt(after, fresh.refreshToken);
    await expect(openSigningKeys(after.deps.db, [Buffer.from(oldKey, "base64")]).active()).rejects.toThrow(
      "unable to authenticate data",
    );
  });
});
