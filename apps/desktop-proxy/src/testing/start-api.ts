import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { freePort } from "@hivesync/dev-services/free-port";
import { spawnTethered } from "@hivesync/dev-services/spawn-tethered";
import type { StoredLogin } from "@hivesync/sdk";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack, type TestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";

const apiFile = fileURLToPath(new URL("../../../api/src/main.ts", import.meta.url));

export const testPassword = "correct horse battery staple 9";

/** A user of the API, signed in. */
export interface TestUser {
  id: string;
  email: string;
  username: string;
  accessToken: string;
  refreshToken: string;
}

/** The API as a process, on a stack of its own. */
export interface RunningApi extends AsyncDisposable {
  url: string;
  stack: TestStack;
  register: () => Promise<TestUser>;
  /** Another session of the user, as a credential store keeps it. */
  signIn: (user: TestUser) => Promise<StoredLogin>;
  /** A call over REST, as this user; answers its data. */
  call: (request: string, user: TestUser, body?: unknown) => Promise<Record<string, unknown>>;
}

async function post(url: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  const { ok, data } = (await response.json()) as { ok: boolean; data: Record<string, unknown> };
  if (!ok) throw new Error(`${url} answered ${response.status}`);
  return data;
}

export async function startApi(): Promise<RunningApi> {
  const stack = await createTestStack();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const api = await spawnTethered(process.execPath, [apiFile], {
    env: {
      ...stackEnvironment(stack, "api"),
      HIVESYNC_LOG_LEVEL: "error",
      HIVESYNC_API_PORT: String(port),
      HIVESYNC_PUBLIC_URL: url,
      HIVESYNC_UNLIMITED_LOOPBACK: "true",
    },
    output: "ignore",
    graceMs: 15_000,
  });
  const isUp = async (): Promise<boolean> => (await fetch(`${url}/health`).catch(() => undefined))?.ok === true;
  await waitUntil(isUp, Boolean, { seconds: 50 });
  return {
    url,
    stack,
    register: async () => {
      const username = `user_${randomBytes(5).toString("hex")}`;
      const email = `${username}@example.com`;
      const data = await post(`${url}/api/v1/auth/register`, { email, username, password: testPassword });
      const { id } = data["user"] as { id: string };
      return {
        id,
        email,
        username,
        accessToken: String(data["access_token"]),
        refreshToken: String(data["refresh_token"]),
      };
    },
    signIn: async ({ username }) => {
      const data = await post(`${url}/api/v1/auth/login`, { username, password: testPassword });
      return {
        accessToken: String(data["access_token"]),
        refreshToken: String(data["refresh_token"]),
        expiresAtMs: Date.now() + Number(data["expires_in"]) * 1_000,
      };
    },
    call: (request, user, body = {}) => {
      const [, path = ""] = request.split(" ");
      return post(`${url}/api/v1${path}`, body, user.accessToken);
    },
    [Symbol.asyncDispose]: async () => {
      await api.stop();
      await stack[Symbol.asyncDispose]();
    },
  };
}
