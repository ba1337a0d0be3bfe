import type { Logger } from "@hivesync/platform/logger";
import type { CredentialStore, HiveSync, LoginInput } from "@hivesync/sdk";
import { connect } from "@hivesync/sdk/internal/create-hivesync";
import type { Session } from "@hivesync/sdk/internal/session/session";
import { withDeadline } from "@hivesync/sdk/internal/transport/deadline";
import { directOnly } from "@hivesync/sdk/internal/transport/route";
import { isHiveSyncError } from "@hivesync/sdk";

type User = Awaited<ReturnType<HiveSync["auth"]["me"]>>;

/** What a call to the API is made with. */
export interface Caller {
  accessToken: string;
  userId: string;
}

interface AccountOptions {
  upstream: string;
  credentials: CredentialStore;
  log: Logger;
}

const lookAgainMs = 1_000;
// A keychain that is locked may wait for somebody to unlock it.
const lookTimeoutMs = 2_000;
const detailsMs = 60_000;
const detailsTimeoutMs = 2_000;

/** Who the Desktop is signed in as. The store is shared with other programs of the user: a login made there is one made here. */
export class Account {
  readonly hive: HiveSync;
  readonly #session: Session;
  readonly #log: Logger;
  readonly #listeners = new Set<() => void>();
  #userId: string | undefined;
  #lookedAt = 0;
  #looking: Promise<void> = Promise.resolve();
  #details: { user: User; readAt: number } | undefined;

  constructor({ upstream, credentials, log }: AccountOptions) {
    let session: Session | undefined;
    this.hive = connect(
      { baseUrl: upstream, credentials },
      {
        makeRoutes: (direct, own) => {
          session = own;
          return directOnly(direct);
        },
      },
    );
    if (!session) throw new TypeError("The SDK made no session");
    this.#session = session;
    this.#log = log;
  }

  /** As far as it is known now. */
  get userId(): string | undefined {
    return this.#userId;
  }

  /** Called when it is another user's, or nobody's, from now on. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Looks into the store for what other programs did there; at most once a second. */
  look(): Promise<void> {
    if (Date.now() - this.#lookedAt < lookAgainMs) return this.#looking;
    this.#lookedAt = Date.now();
    this.#looking = this.#read();
    return this.#looking;
  }

  async #read(): Promise<void> {
    try {
      await withDeadline(() => this.#session.reload(), { timeoutMs: lookTimeoutMs });
    } catch (error) {
      this.#log.warn("credentials_unreadable", { error });
    }
    await this.#settle();
  }

  /** A token that is good for now; undefined when nobody is signed in. @throws what a renewal that fails throws. */
  async caller(): Promise<Caller | undefined> {
    if (this.#userId === undefined) await this.look();
    if (this.#userId === undefined) return undefined;
    return this.#asCaller(() => this.#session.accessToken());
  }

  /**
   * After the API refused a token: another one, by one renewal however many calls wait for it. Undefined when there is none to be had: the
   * session has ended.
   */
  async replacement(refused: string, code: "AUTH_EXPIRED" | "AUTH_INVALID"): Promise<Caller | undefined> {
    return this.#asCaller(async () => {
      const other = await this.#session.replacement(refused, code);
      // A session that has ended shows in that it is not renewed either, and is forgotten then.
      return other ?? (await this.#session.replacement(refused, "AUTH_EXPIRED"));
    });
  }

  async #asCaller(read: () => Promise<string | undefined>): Promise<Caller | undefined> {
    try {
      const accessToken = await read();
      const userId = await this.#session.userId();
      return accessToken === undefined || userId === undefined ? undefined : { accessToken, userId };
    } catch (error) {
      if (isHiveSyncError(error, "AUTH_INVALID")) return undefined;
      throw error;
    } finally {
      await this.#settle();
    }
  }

  async login(input: LoginInput): Promise<User> {
    try {
      const user = await this.hive.auth.login(input);
      this.#details = { user, readAt: Date.now() };
      return user;
    } finally {
      await this.#settle();
    }
  }

  async logout(): Promise<void> {
    try {
      await this.hive.auth.logout();
    } finally {
      await this.#settle();
    }
  }

  /** Whose it is, as far as the API can be asked or was asked before. */
  async details(): Promise<User | undefined> {
    await this.look();
    const userId = this.#userId;
    if (userId === undefined) return undefined;
    const known = this.#details?.user.id === userId ? this.#details : undefined;
    if (known && Date.now() - known.readAt < detailsMs) return known.user;
    try {
      const user = await this.hive.auth.me({ signal: AbortSignal.timeout(detailsTimeoutMs) });
      this.#details = { user, readAt: Date.now() };
      return user;
    } catch (error) {
      this.#log.debug("account_not_read", { error });
      return known?.user;
    } finally {
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    const userId = await this.#session.userId().catch(() => undefined);
    if (userId === this.#userId) return;
    this.#userId = userId;
    this.#log.info("account_changed", { user_id: userId ?? null });
    for (const listener of this.#listeners) listener();
  }
}
