import type { SignIn, User } from "@hivesync/contracts/resources/auth";
import { askAuth, Refusal } from "./ask-auth.ts";
import { inOneTab, tellOtherTabs } from "./tabs.ts";

/** Who is there. `expired` keeps the page: whoever it was is asked to sign in over it. */
export type SessionState =
  | { kind: "starting" }
  | { kind: "unreachable" }
  | { kind: "signed-out" }
  | { kind: "signed-in"; user: User }
  | { kind: "expired"; user: User }
  | { kind: "not-admin"; user: User };

export interface Session {
  state: () => SessionState;
  subscribe: (listener: () => void) => () => void;
  /** Goes on with the session of an earlier visit, where there is one. */
  resume: () => Promise<void>;
  /** @throws Refusal */
  signIn: (name: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
  /** A token that is good for a while; waits while the session has expired until somebody has signed in again. */
  token: () => Promise<string>;
  /** This token was refused, or what its user may do has changed: the next one is fetched anew. */
  distrust: (token: string) => void;
}

// A token is not used for its last moments, which the way to the server may take.
const marginMs = 30_000;

/** Refusals that no later try changes: the cookie is none, or its user was disabled. */
const isOver = (error: unknown): boolean =>
  error instanceof Refusal && ["AUTH_INVALID", "AUTH_EXPIRED", "FORBIDDEN", "VALIDATION_ERROR"].includes(error.code);

const userIdOf = (state: SessionState): string | undefined => ("user" in state ? state.user.id : undefined);

/** The access token is kept in here and nowhere else. */
export function createSession(): Session {
  let state: SessionState = { kind: "starting" };
  let access: { token: string; usableUntil: number } | undefined;
  let renewal: Promise<void> | undefined;
  let signedIn = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();

  const become = (next: SessionState): void => {
    const hasWaiting = state.kind === "expired" && next.kind !== "expired";
    state = next;
    for (const listener of listeners) listener();
    if (!hasWaiting) return;
    signedIn.resolve();
    signedIn = Promise.withResolvers();
  };
  const open = ({ user, access_token: token, expires_in: seconds }: SignIn): void => {
    access = { token, usableUntil: Date.now() + seconds * 1_000 - marginMs };
    become({ kind: user.tier === "Admin" ? "signed-in" : "not-admin", user });
  };
  const close = (): void => {
    access = undefined;
    if (state.kind === "signed-in") become({ kind: "expired", user: state.user });
    else if (state.kind !== "expired") become({ kind: "signed-out" });
  };
  const refresh = async (): Promise<void> => {
    try {
      open(await inOneTab(() => askAuth("refresh", { session: "cookie" })));
    } catch (error) {
      if (!isOver(error)) throw error;
      close();
    }
  };
  const renew = (): Promise<void> => (renewal ??= refresh().finally(() => (renewal = undefined)));

  const resume = async (): Promise<void> => {
    await renew().catch(() => {
      if (state.kind === "starting") become({ kind: "unreachable" });
    });
  };
  tellOtherTabs.onNews((news) => {
    if (news === "signed-in" && state.kind !== "signed-in") void resume();
    if (news !== "signed-out" || state.kind === "signed-out") return;
    access = undefined;
    become({ kind: "signed-out" });
  });

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume: () => {
      if (state.kind === "unreachable") become({ kind: "starting" });
      return resume();
    },
    signIn: async (name, password) => {
      const who = name.includes("@") ? { email: name } : { username: name };
      open(await askAuth("login", { ...who, password, session: "cookie" }));
      tellOtherTabs.say("signed-in");
    },
    signOut: async () => {
      const ended = access?.token;
      access = undefined;
      // What cannot be told to the server ends here all the same; its cookie is of no use without this page's origin.
      if (ended !== undefined) await askAuth("logout", {}, ended).catch(() => undefined);
      become({ kind: "signed-out" });
      tellOtherTabs.say("signed-out");
    },
    token: async () => {
      const caller = userIdOf(state);
      for (;;) {
        // What one user began is not done in the name of the next.
        if (userIdOf(state) !== caller) throw new Refusal("AUTH_INVALID", "Whoever asked for this has signed out.");
        if (access && access.usableUntil > Date.now()) return access.token;
        if (state.kind === "expired") await signedIn.promise;
        else await renew();
      }
    },
    distrust: (token) => {
      if (access?.token === token) access = undefined;
    },
  };
}
