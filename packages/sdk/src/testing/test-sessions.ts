import type { SignIn, User } from "@hivesync/contracts/resources/auth";
import { ContractError, type ContractCall, type ContractHandlers } from "./contract-server.ts";

export const testUser: User = {
  id: "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e0f",
  email: "ada@example.com",
  username: "ada",
  tier: "Free",
  settings: {},
  created_at: "2026-11-22T10:00:00.000Z",
  last_login: null,
};

/** Sessions as the API's contract describes them: rotating refresh tokens, access tokens that a test may expire. */
export class TestSessions {
  readonly accepted = new Set<string>();
  readonly expired = new Set<string>();
  refreshToken = "";
  refreshes = 0;
  #made = 0;

  signIn(): SignIn {
    this.#made += 1;
    const accessToken = `access-token-${this.#made}`;
    this.refreshToken = `refresh-token-${this.#made}`;
    this.accepted.add(accessToken);
    return {
      user: testUser,
      access_token: accessToken,
      refresh_token: this.refreshToken,
      token_type: "Bearer",
      expires_in: 600,
    };
  }

  /** From now on every access token so far is answered with AUTH_EXPIRED. */
  expireAll(): void {
    for (const token of this.accepted) this.expired.add(token);
  }

  check({ token }: ContractCall): void {
    if (this.expired.has(token)) throw new ContractError("AUTH_EXPIRED");
    if (!this.accepted.has(token)) throw new ContractError("AUTH_INVALID");
  }

  readonly handlers: ContractHandlers = {
    "auth.login": ({ input }) => {
      if (input["password"] !== "correct horse") throw new ContractError("AUTH_INVALID");
      return this.signIn();
    },
    "auth.register": () => this.signIn(),
    "auth.refresh": ({ input }) => {
      this.refreshes += 1;
      if (input["refresh_token"] !== this.refreshToken) throw new ContractError("AUTH_INVALID");
      return this.signIn();
    },
    "auth.logout": (call) => {
      this.check(call);
      this.accepted.clear();
      this.refreshToken = "";
      return {};
    },
    "auth.me": (call) => {
      this.check(call);
      return testUser;
    },
  };
}
