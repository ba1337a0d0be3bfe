import type { User } from "@hivesync/contracts/resources/auth";
import { isHiveSyncError } from "./errors.ts";
import type { Session } from "./session/session.ts";
import type { HiveSyncApi } from "./transport/rpc-client.ts";

/** What every call of the SDK takes besides its input. */
export interface CallOptions {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Names who signs in: by email or by username. */
export type LoginInput = { password: string } & (
  | { email: string; username?: never }
  | { username: string; email?: never }
);

/** What an account is made of. Username: letters, digits, `_` and `-`, 2 to 40; password: 8 to 256 characters. */
export interface RegisterInput {
  email: string;
  username: string;
  password: string;
}

/**
 * Signing in and out. Tokens go to the credential store and are renewed silently; nobody needs to see one.
 *
 * @example
 * if (!(await hive.auth.isSignedIn())) await hive.auth.login({ email, password });
 * const { username } = await hive.auth.me();
 */
export interface HiveSyncAuth {
  /** Makes an account and signs it in. @throws HiveSyncError CONFLICT when the email or username is taken, VALIDATION_ERROR, RATE_LIMITED. */
  register(input: RegisterInput, options?: CallOptions): Promise<User>;
  /** @throws HiveSyncError AUTH_INVALID when name or password is wrong, RATE_LIMITED after too many wrong ones. */
  login(input: LoginInput, options?: CallOptions): Promise<User>;
  /** Ends the session. The login is forgotten here even when the server cannot be told, which is then thrown. */
  logout(options?: CallOptions): Promise<void>;
  /** Whether a login is kept. Asks the store, not the server. */
  isSignedIn(): Promise<boolean>;
  /** The signed-in user. @throws HiveSyncError AUTH_INVALID when nobody is, or the session has ended. */
  me(options?: CallOptions): Promise<User>;
}

export function createAuth(api: HiveSyncApi, session: Session): HiveSyncAuth {
  return {
    register: async (input, options = {}) => {
      const signIn = await api.auth.register.mutate(input, toTrpc(options));
      await session.start(signIn);
      return signIn.user;
    },
    login: async (input, options = {}) => {
      const signIn = await api.auth.login.mutate(input, toTrpc(options));
      await session.start(signIn);
      return signIn.user;
    },
    logout: async (options = {}) => {
      if (!(await session.isSignedIn())) return;
      try {
        await api.auth.logout.mutate({}, toTrpc(options));
      } catch (error) {
        // The session has ended already: that is what was asked for.
        if (!isHiveSyncError(error, "AUTH_INVALID")) throw error;
      } finally {
        await session.end();
      }
    },
    isSignedIn: () => session.isSignedIn(),
    me: (options = {}) => api.auth.me.query({}, toTrpc(options)),
  };
}

/** tRPC takes an absent signal, not an undefined one. */
export function toTrpc({ signal }: CallOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
