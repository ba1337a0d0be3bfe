import { exampleIds } from "../example-ids.ts";
import type { Session, SignIn, User } from "../resources/auth.ts";

/** What Ada registers with, and signs in with. */
export const exampleLogin = { email: "ada@example.com", password: "engines weave algebraic patterns" };

export const exampleUser: User = {
  id: exampleIds.ada,
  email: exampleLogin.email,
  username: "ada",
  tier: "Free",
  settings: {},
  created_at: "2026-11-22T09:00:00.000Z",
  last_login: "2026-11-22T09:55:00.000Z",
};

export const exampleSignIn: SignIn = {
  user: exampleUser,
  access_token: "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.example",
  refresh_token: "hsr_example-refresh-token",
  token_type: "Bearer",
  expires_in: 600,
};

export const exampleSession: Session = {
  id: exampleIds.session,
  client_name: "HiveSync CLI",
  created_at: "2026-11-22T09:55:00.000Z",
  last_used_at: "2026-11-22T10:15:00.000Z",
  current: true,
};

/** A client that is waiting to be signed in: what it holds, and what it shows. */
export const exampleLink = {
  client_name: "HiveSync for VS Code",
  device_code: "example-device-code",
  user_code: "WDJB-MJHT",
};
