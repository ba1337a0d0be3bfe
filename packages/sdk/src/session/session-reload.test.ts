import type { SignIn } from "@hivesync/contracts/resources/auth";
import { expect, it } from "vitest";
import { testUser } from "#testing/test-sessions.ts";
import { parseStoredLogin, type CredentialStore, type StoredLogin } from "./credential-store.ts";
import { Session } from "./session.ts";

const baseUrl = "https://hivesync.example.com";
const far = Date.now() + 600_000;
const login = (accessToken: string, expiresAtMs = far): StoredLogin => ({
  accessToken,
  refreshToken: `refresh-${accessToken}`,
  expiresAtMs,
});

/** A store that answers with a copy, as those on a disk or in a keychain do, and when it is let to. */
function createSlowStore(first: StoredLogin | undefined) {
  let text = first && JSON.stringify(first);
  let gate: Promise<void> = Promise.resolve();
  const store: CredentialStore = {
    kind: "slow",
    load: async () => {
      const read = text;
      await gate;
      return read === undefined ? undefined : parseStoredLogin(read);
    },
    save: async (_url, kept) => void (text = JSON.stringify(kept)),
    clear: async () => void (text = undefined),
  };
  return { store, hold: (until: Promise<void>) => void (gate = until), stored: () => parseStoredLogin(text ?? "") };
}

const signIn = (access_token: string): SignIn => ({
  user: testUser,
  access_token,
  refresh_token: `refresh-${access_token}`,
  token_type: "Bearer",
  expires_in: 600,
});

it("What another process kept, changed or cleared is seen once it is read again", async () => {
  const { store } = createSlowStore(undefined);
  const session = new Session({ baseUrl, store, refresh: () => Promise.reject(new Error("not asked")) });
  expect(await session.accessToken()).toBeUndefined();
  await store.save(baseUrl, login("a"));
  await session.reload();
  expect(await session.accessToken()).toBe("a");
  await store.save(baseUrl, login("b"));
  expect(await session.accessToken()).toBe("a");
  await session.reload();
  expect(await session.accessToken()).toBe("b");
  await store.clear(baseUrl);
  await session.reload();
  expect(await session.isSignedIn()).toBe(false);
});

it("Reading again never loses a renewal that is under way: its tokens are kept, for the spent ones are worth nothing", async () => {
  const { store, hold, stored } = createSlowStore(login("old", Date.now() + 1_000));
  const { promise: answered, resolve: answer } = Promise.withResolvers<SignIn>();
  const session = new Session({ baseUrl, store, refresh: () => answered });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  expect(await session.userId()).toBeUndefined();
  hold(gate);
  const reloading = session.reload();
  hold(Promise.resolve());
  const token = session.accessToken();
  const reloadingLater = session.reload();
  open();
  await reloading;
  answer(signIn("new"));
  expect(await token).toBe("new");
  await reloadingLater;
  expect(stored()?.accessToken).toBe("new");
  expect(await session.accessToken()).toBe("new");
});
