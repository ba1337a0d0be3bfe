import type { User } from "@hivesync/contracts/resources/auth";
import { toTrpc, type CallOptions } from "./call-options.ts";
import { loginWithDevice, type DeviceLoginOptions } from "./device-login.ts";
import { isHiveSyncError } from "./errors.ts";
import type { Session } from "./session/session.ts";
import type { HiveSyncApi } from "./transport/rpc-client.ts";

/**
 * Names who signs in: by email or by username.
 *
 * @example
 * const login: LoginInput = { username: "ada", password };
 */
export type LoginInput = { password: string } & (
  | { email: string; username?: never }
  | { username: string; email?: never }
);

/**
 * What an account is made of. Username: letters, digits, `_` and `-`, 2 to 40; password: 8 to 256 characters.
 *
 * @example
 * const account: RegisterInput = { email: "ada@example.com", username: "ada", password };
 */
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
  /**
   * Signs in without asking for a password: a code is shown, which the user enters (or just confirms) at HiveSync's own page. Waits until that is
   * done. The way to sign in for editors, televisions and machines reached over ssh (RFC 8628).
   *
   * @throws HiveSyncError AUTH_INVALID when the user denied it, AUTH_EXPIRED when nobody approved it in time, RATE_LIMITED when too many
   * were started; the reason of `signal` when that aborts.
   *
   * @example
   * await hive.auth.loginWithDevice({
   *   clientName: "My editor on ada's laptop",
   *   onCode: ({ userCode, url }) => show(`Open ${url} and enter ${userCode}`),
   * });
   */
  loginWithDevice(options: DeviceLoginOptions): Promise<User>;
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
    loginWithDevice: (options) => loginWithDevice({ api, session }, options),
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
