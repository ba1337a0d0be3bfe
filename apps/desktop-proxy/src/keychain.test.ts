import { existsSync } from "node:fs";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { discoveryPath } from "@hivesync/sdk/desktop/runtime-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desktopEnvironment, runDesktop } from "#testing/start-process.ts";
import { startApi, testPassword, type RunningApi, type TestUser } from "#testing/start-api.ts";
import { callPort, readOwnDiscovery, testFolder } from "#testing/test-desktop.ts";

const programs = ["/usr/bin/dbus-run-session", "/usr/bin/gnome-keyring-daemon"];

/** Why there can be no Secret Service on this machine; undefined when there is one, installed first where that is possible. */
async function findObstacle(): Promise<string | undefined> {
  const isThere = (): boolean => programs.every((program) => existsSync(program));
  if (isThere()) return undefined;
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get")) return "no apt to install it with";
  if (process.geteuid?.() !== 0) return "not root, so gnome-keyring and dbus cannot be installed";
  const apt = (...args: string[]) => promisify(execFile)("apt-get", args, { timeout: 120_000 }).catch(() => undefined);
  await apt("update", "-q");
  await apt("install", "-qy", "--no-install-recommends", "gnome-keyring", "dbus");
  return isThere() ? undefined : "apt could not install gnome-keyring and dbus";
}

const obstacle = await findObstacle();
let api: RunningApi;
let user: TestUser;

beforeAll(async () => {
  api = await startApi();
  user = await api.register();
});
afterAll(() => api[Symbol.asyncDispose]());

/** A session bus with an unlocked keyring, and the Desktop in it. */
const inSession = ["/usr/bin/dbus-run-session", "--", "/bin/sh", "-c"];
const unlocked =
  'printf canary-of-keyring | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@"';

async function start(folder: string, environment: Record<string, string>, before: readonly string[]) {
  const { HIVESYNC_CREDENTIALS_STORE: _memory, ...variables } = desktopEnvironment(folder, api.url);
  const child = await runDesktop({ ...variables, ...environment }, before);
  if (!(await child.isListening)) throw new Error(child.lines.join("\n"));
  const { port, token } = await readOwnDiscovery(discoveryPath(path.join(folder, "run"), api.url));
  return {
    child,
    call: (wanted: string, body?: unknown) => callPort(port, wanted, { token, ...(body ? { body } : {}) }),
  };
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => (await readFile(file)).toString("latin1")));
}

const reason = obstacle === undefined ? "" : ` (skipped: ${obstacle})`;

describe(`with a Secret Service${reason}`, () => {
  test.skipIf(obstacle !== undefined)(
    "the login is kept in it, outlives the Desktop, and is on no disk in plaintext",
    async () => {
      await using place = await testFolder();
      const environment = {
        XDG_DATA_HOME: path.join(place.path, "share"),
        XDG_RUNTIME_DIR: path.join(place.path, "xdg"),
      };
      const session = [...inSession, unlocked];
      const first = await start(place.path, environment, session);
      expect((await first.call("GET /status")).body.data).toMatchObject({ credentials: "keychain", signed_in: false });
      expect((await first.call("POST /login", { email: user.email, password: testPassword })).status).toBe(200);
      await first.child.stop();
      const second = await start(place.path, environment, session);
      expect((await second.call("GET /status")).body.data).toMatchObject({ signed_in: true, account: { id: user.id } });
      const written = await filesOf(place.path);
      expect(written.filter((text) => /eyJ[\w-]{10}|hsr_/.test(text) || text.includes(testPassword))).toEqual([]);
      expect((await second.call("POST /logout", {})).status).toBe(200);
      await second.child.stop();
    },
  );
});

describe("without one", () => {
  const without = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" };

  test("the login is in memory alone, is said to be, and ends with the Desktop", async () => {
    await using place = await testFolder();
    const first = await start(place.path, without, []);
    expect((await first.call("POST /login", { email: user.email, password: testPassword })).status).toBe(200);
    expect((await first.call("GET /status")).body.data).toMatchObject({ credentials: "memory", signed_in: true });
    await first.child.stop();
    const second = await start(place.path, without, []);
    expect((await second.call("GET /status")).body.data).toMatchObject({ signed_in: false });
    await second.child.stop();
  });

  test("and with a passphrase it is in a file under it, which the next start opens", async () => {
    await using place = await testFolder();
    const environment = { ...without, HIVESYNC_CREDENTIALS_PASSPHRASE: "open sesame" };
    const first = await start(place.path, environment, []);
    expect((await first.call("POST /login", { email: user.email, password: testPassword })).status).toBe(200);
    await first.child.stop();
    const second = await start(place.path, environment, []);
    expect((await second.call("GET /status")).body.data).toMatchObject({
      credentials: "encrypted-file",
      account: { id: user.id },
    });
    await second.child.stop();
  });
});
