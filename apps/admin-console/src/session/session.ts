import type { SignIn, User } from "@hivesync/contracts/resources/auth";
import { askAuth, Refusal } from "./ask-auth.ts";
import { inOneTab, tellOtherTabs, type TabNews } from "./tabs.ts";

/** Who is there. `expired` keeps the page: whoever it was is asked to sign in over it. */
export type SessionState =
  | { kind: "starting" }
  | { kind: "unreachable" }
  | { kind: "signed-out" }
  | { kind: "signed-in"; user: User }
  | { kind: "expired"; user: User }
  | { kind: "not-admin"; user: User };

// A token is not used for its last moments, which the way to the server may take.
const marginMs = 30_000;

/** Refusals that no later try changes: the cookie is none, or its user was disabled. */
const isOver = (error: unknown): boolean =>
  error instanceof Refusal && ["AUTH_INVALID", "AUTH_EXPIRED", "FORBIDDEN", "VALIDATION_ERROR"].includes(error.code);

const userIdOf = (state: SessionState): string | undefined => ("user" in state ? state.user.id : undefined);

/** The session of this page. The access token is kept in here and nowhere else. */
export class Session {
  #state: SessionState = { kind: "starting" };
  #access: { token: string; usableUntil: number } | undefined;
  #renewal: Promise<void> | undefined;
  readonly #listeners = new Set<() => void>();

  constructor() {
    tellOtherTabs.onNews((news) => this.#hear(news));
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes on with the session of an earlier visit, where there is one. */
  async resume(): Promise<void> {
    if (this.#state.kind === "unreachable") this.#become({ kind: "starting" });
    await this.#renew().catch(() => {
      if (this.#state.kind === "starting") this.#become({ kind: "unreachable" });
    });
  }

  /** @throws Refusal */
  async signIn(name: string, password: string): Promise<void> {
    const who = name.includes("@") ? { email: name } : { username: name };
    this.#open(await askAuth("login", { ...who, password, session: "cookie" }));
    tellOtherTabs.say("signed-in");
  }

  async signOut(): Promise<void> {
    const ended = this.#access?.token;
    this.#access = undefined;
    // Whatever the server says to it: this page forgets who was here.
    if (ended !== undefined) await askAuth("logout", {}, ended).catch(() => undefined);
    this.#become({ kind: "signed-out" });
    tellOtherTabs.say("signed-out");
  }

  /**
   * A token that is good for a while. Waits while the session has expired until somebody has signed in again.
   *
   * @throws Refusal when nobody is signed in, or somebody else by then: what one user began is not done in the name of the next.
   */
  async token(): Promise<string> {
    const caller = userIdOf(this.#state);
    for (;;) {
      if (userIdOf(this.#state) !== caller) throw new Refusal("AUTH_INVALID", "Whoever asked for this has signed out.");
      if (this.#access && this.#access.usableUntil > Date.now()) return this.#access.token;
      if (this.#state.kind === "expired") await this.#change();
      else if (this.#state.kind === "signed-out") throw new Refusal("AUTH_INVALID", "Nobody is signed in.");
      else await this.#renew();
    }
  }

  /** This token was refused, or what its user may do has changed: the next one is fetched anew. */
  distrust(token: string): void {
    if (this.#access?.token === token) this.#access = undefined;
  }

  #become(next: SessionState): void {
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.subscribe(() => {
        forget();
        resolve();
      });
    });
  }

  #open({ user, access_token: token, expires_in: seconds }: SignIn): void {
    this.#access = { token, usableUntil: Date.now() + seconds * 1_000 - marginMs };
    this.#become({ kind: user.tier === "Admin" ? "signed-in" : "not-admin", user });
  }

  #close(): void {
    this.#access = undefined;
    if (this.#state.kind === "signed-in") this.#become({ kind: "expired", user: this.#state.user });
    else if (this.#state.kind !== "expired") this.#become({ kind: "signed-out" });
  }

  #renew(): Promise<void> {
    this.#renewal ??= this.#refresh().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #refresh(): Promise<void> {
    try {
      this.#open(await inOneTab(() => askAuth("refresh", { session: "cookie" })));
    } catch (error) {
      if (!isOver(error)) throw error;
      this.#close();
    }
  }

  /** All tabs have one cookie, so one session. */
  #hear(news: TabNews): void {
    if (news === "signed-in" && this.#state.kind !== "signed-in") void this.resume();
    if (news !== "signed-out" || this.#state.kind === "signed-out") return;
    this.#access = undefined;
    this.#become({ kind: "signed-out" });
  }
}
