import { afterAll, expect, test } from "vitest";
import { startTestApi, testPassword } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const login = (username: string, password: string, ip: string) =>
  api.call("POST /auth/login", { body: { username, password }, ip });

test("refused attempts of one address do not lock the owner out elsewhere", async () => {
  const user = await api.register();
  const statuses: number[] = [];
  // More than the fifty failures that an account has in all.
  for (let attempt = 0; attempt < 55; attempt++) {
    statuses.push((await login(user.username, "wrong wrong", "203.0.113.9")).status);
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect((await login(user.username, testPassword, "198.51.100.7")).status).toBe(200);
});

test("an IPv6 client that changes its address within its network is still one client", async () => {
  const statuses: number[] = [];
  for (let host = 1; host <= 24; host++) {
    statuses.push((await login(`nobody${host}`, "wrong wrong", `2001:db8:1:2::${host.toString(16)}`)).status);
  }
  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
  expect(statuses.slice(20)).toEqual([429, 429, 429, 429]);
});

test("a session rotates its refresh token sixty times a minute at most", async () => {
  const user = await api.register();
  let token = user.refreshToken;
  for (let rotation = 0; rotation < 60; rotation++) {
    const { body } = await api.call("POST /auth/refresh", { body: { refresh_token: token } });
    token = (body.data as { refresh_token: string }).refresh_token;
  }
  const refused = await api.call("POST /auth/refresh", { body: { refresh_token: token } });
  expect(refused.body.error?.code).toBe("RATE_LIMITED");
});
