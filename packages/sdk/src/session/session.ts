import type { SignIn } from "@hivesync/contracts/resources/auth";
import { HiveSyncError, isHiveSyncError } from "#errors.ts";
import type { CallerTokens } from "#transport/route.ts";
import type { CredentialStore, StoredLogin } from "./credential-store.ts";

interface SessionOptions {
  baseUrl: string;
  store: CredentialStore;
  /** Trades a refresh token for a new pair. */
  refresh(refreshToken: string): Promise<SignIn>;
}

// A token that ends sooner is renewed before it is used: the call takes time, and clocks differ.
const expiryMarginMs = 30_000;

/**
 * The login of one client: kept in a store that other processes may share, renewed by one request however many calls wait for it.
 *
 * The server ends a session when a spent refresh token comes back later than 20 seconds. So the store is read again before each
 * renewal: another process may have renewed since.
 */
export class Session implements CallerTokens {
  readonly #options: SessionOptions;
  #login: StoredLogin | undefined;
  #renewing: Promise<StoredLogin | undefined> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.#current()) !== undefined;
  }

  /** Whose login this is; undefined when there is none. */
  async userId(): Promise<string | undefined> {
    const login = await this.#current();
    return login && readSubject(login.accessToken);
  }

  /** Reads the store again: another process may have signed in or out since. */
  async reload(): Promise<void> {
    await this.#renewing?.catch(() => undefined);
    const stored = await this.#options.store.load(this.#options.baseUrl);
    // A renewal that began meanwhile knows better, and goes by the object that it has read.
    if (this.#renewing === undefined && stored?.accessToken !== this.#login?.accessToken) this.#login = stored;
  }

  async start(signIn: SignIn): Promise<void> {
    await this.#keep(toLogin(signIn));
  }

  /** Forgets the login, here and in the store. */
  async end(): Promise<void> {
    this.#login = undefined;
    await this.#options.store.clear(this.#options.baseUrl);
  }

  async accessToken(): Promise<string | undefined> {
    const login = await this.#current();
    if (!login || login.expiresAtMs - Date.now() > expiryMarginMs) return login?.accessToken;
    const renewed = await this.#renew(login).catch((error: unknown) => {
      // Not renewed in time is no harm while the token lives; refused is.
      if (isHiveSyncError(error, "AUTH_INVALID") || login.expiresAtMs <= Date.now()) throw error;
      return login;
    });
    return renewed?.accessToken;
  }

  async replacement(token: string, code: "AUTH_EXPIRED" | "AUTH_INVALID"): Promise<string | undefined> {
    const login = await this.#current();
    if (!login) return undefined;
    if (login.accessToken !== token) return login.accessToken;
    if (code === "AUTH_EXPIRED") return (await this.#renew(login))?.accessToken;
    // Refused for good. Another process may have signed in anew meanwhile.
    const stored = await this.#reload();
    return stored?.accessToken === token ? undefined : stored?.accessToken;
  }

  async #current(): Promise<StoredLogin | undefined> {
    return this.#login ?? (await this.#reload());
  }

  async #reload(): Promise<StoredLogin | undefined> {
    this.#login = await this.#options.store.load(this.#options.baseUrl);
    return this.#login;
  }

  async #keep(login: StoredLogin): Promise<void> {
    this.#login = login;
    await this.#options.store.save(this.#options.baseUrl, login);
  }

  #renew(login: StoredLogin): Promise<StoredLogin | undefined> {
    this.#renewing ??= this.#renewOnce(login).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewOnce(spent: StoredLogin): Promise<StoredLogin | undefined> {
    const stored = await this.#reload();
    if (!stored || (stored.accessToken !== spent.accessToken && isFresh(stored))) return stored;
    try {
      const renewed = toLogin(await this.#options.refresh(stored.refreshToken));
      // Signed out, or in as somebody else, while the answer was on its way: that stands.
      if (this.#login === stored) await this.#keep(renewed);
      return this.#login;
    } catch (error) {
      if (!isHiveSyncError(error, "AUTH_INVALID")) throw error;
      const other = await this.#reload();
      if (other && other.refreshToken !== stored.refreshToken) return other;
      if (other) await this.end();
      throw error;
    }
  }
}

/** @throws HiveSyncError when the refresh token is not told, which happens only to who asks for it in a cookie. */
function toLogin(signIn: SignIn): StoredLogin {
  if (signIn.refresh_token === undefined) {
    const message = "The answer is not one of HiveSync's: it signs in without a refresh token.";
    throw new HiveSyncError({ code: "INTERNAL_ERROR", message, details: null }, { status: 200 });
  }
  return {
    accessToken: signIn.access_token,
    refreshToken: signIn.refresh_token,
    expiresAtMs: Date.now() + signIn.expires_in * 1_000,
  };
}

/** The user that a token speaks of. Read and not checked: it is our own. */
function readSubject(token: string): string | undefined {
  try {
    const claims = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { sub } = JSON.parse(atob(claims)) as { sub?: unknown };
    return typeof sub === "string" ? sub : undefined;
  } catch {
    return undefined;
  }
}

function isFresh(login: StoredLogin): boolean {
  return login.expiresAtMs - Date.now() > expiryMarginMs;
}
