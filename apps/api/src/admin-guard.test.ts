import type { ErrorCode } from "@hivesync/contracts/errors";
import { createTRPCUntypedClient, httpBatchLink, TRPCClientError } from "@trpc/client";
import { afterAll, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { expiredToken } from "#testing/forge-token.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi({ HIVESYNC_CORS_ORIGINS: "https://console.example" });
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const [user, site] = await Promise.all([api.register("user"), api.register("site")]);
await setTier(api, site, "Admin");

/** What is there, and says something else of such a call. */
const there = [
  "GET /admin/users",
  "GET /admin/users?limit=0",
  "POST /admin/users/7/tier",
  "PUT /admin/scaling",
  "GET /%61dmin/users",
];

// What is there and what is not.
const requests = [
  "GET /admin",
  "GET /admin/",
  "GET /admin/users",
  "GET /admin/users?limit=0",
  "POST /admin/users/7/tier",
  "PUT /admin/scaling",
  "PATCH /admin/x",
  "DELETE /admin/jobs/7",
  "GET /admin/a/b/c/d",
  "GET /%61dmin/users",
  "GET /admin%2Fusers",
];

describe("any address under /admin", () => {
  test.each(requests)(
    "%s is AUTH_INVALID without a token, and FORBIDDEN to who is not of the site",
    async (request) => {
      const body = request.startsWith("GET") ? {} : { raw: "{" };
      await expectRefusal(api, request, { ...body, code: "AUTH_INVALID" });
      await expectRefusal(api, request, { ...body, token: `${user.token}x`, code: "AUTH_INVALID" });
      const { headers } = await expectRefusal(api, request, { ...body, token: user.token, code: "FORBIDDEN" });
      expect(headers).toHaveProperty("ratelimit-remaining");
    },
  );

  test.each(requests.filter((request) => !there.includes(request)))(
    "%s tells an admin of the site that there is nothing",
    async (request) => {
      await expectRefusal(api, request, { token: site.token, code: "NOT_FOUND" });
    },
  );

  test("an expired token is told to be refreshed", async () => {
    await expectRefusal(api, "GET /admin/users", { token: await expiredToken(api, user), code: "AUTH_EXPIRED" });
  });

  test("whoever loses the tier is refused at the next request", async () => {
    const former = await api.register();
    await setTier(api, former, "Admin");
    expect((await api.call("GET /admin/users", { token: former.token })).status).toBe(200);
    await setTier(api, former, "Free");
    await expectRefusal(api, "GET /admin/users", { token: former.token, code: "FORBIDDEN" });
  });

  test("a preflight shows no token and is granted", async () => {
    const headers = { origin: "https://console.example", "access-control-request-method": "PATCH" };
    expect((await fetch(`${origin}/api/v1/admin/users`, { method: "OPTIONS", headers })).status).toBe(204);
  });
});

test.each(["GET /administrators", "GET /projects/admin", "GET //admin-console"])(
  "%s is not under it",
  async (request) => {
    const code: ErrorCode = request.includes("projects") ? "VALIDATION_ERROR" : "NOT_FOUND";
    await expectRefusal(api, request, { token: user.token, code });
  },
);

describe("any procedure under admin", () => {
  const clientOf = (token?: string) =>
    createTRPCUntypedClient({
      links: [
        httpBatchLink({
          url: `${origin}/trpc`,
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        }),
      ],
    });
  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "answered",
      (error: unknown) => (error instanceof TRPCClientError ? error.data.code : String(error)),
    );

  test.each(["admin.listUsers", "admin.nothing", "admin"])("%s is closed in the same way", async (name) => {
    const calls = (token?: string) => [codeOf(clientOf(token).query(name)), codeOf(clientOf(token).mutation(name))];
    expect(await Promise.all(calls())).toEqual(["AUTH_INVALID", "AUTH_INVALID"]);
    expect(await Promise.all(calls(user.token))).toEqual(["FORBIDDEN", "FORBIDDEN"]);
    const shown = name === "admin.listUsers" ? "answered" : "NOT_FOUND";
    expect(await codeOf(clientOf(site.token).query(name, {}))).toBe(shown);
  });

  test("a batch with one is refused whole", async () => {
    const client = clientOf(user.token);
    const codes = await Promise.all([codeOf(client.query("auth.me")), codeOf(client.query("admin.listUsers"))]);
    expect(codes).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  });
});
