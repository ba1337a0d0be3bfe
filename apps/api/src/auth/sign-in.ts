import type { SignIn, User } from "@hivesync/contracts/resources/auth";
import type { Queryable } from "@hivesync/db/client";
import { refreshTokens } from "@hivesync/db/schema/refresh-tokens";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { newId } from "@hivesync/platform/ids";
import { sql, type SQL } from "drizzle-orm";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { refreshTokenDays, sessionDays } from "./refresh-tokens.ts";
import { accessTokenSeconds } from "./tokens.ts";

/** The columns of a user that its owner sees. */
export const userColumns = {
  id: users.id,
  email: users.email,
  username: users.username,
  tier: users.tier,
  settings: users.settings,
  created_at: users.created_at,
  last_login: users.last_login,
};

/** An instant so many days from now. */
export function inDays(days: number): SQL<string> {
  return sql<string>`now() + make_interval(days => ${days})`;
}

const longestClientName = 200;

/** The name of a client that tells of itself only by its User-Agent: a header's bytes may be anything; what can be shown is kept. */
export function clientNameOf(request: RequestContext): string {
  return request.userAgent.replaceAll(/[^\x20-\x7e]/g, "").slice(0, longestClientName);
}

/** A session as it was just opened or goes on. */
export interface OpenedSession {
  sessionId: string;
  refreshToken: string;
}

/** A sign-in whose refresh token is told. */
export interface SignInWithToken extends SignIn {
  refresh_token: string;
}

/** Opens a session with its first refresh token. The access token is signed after the commit, by {@link toSignIn}. */
export async function openSession(
  transaction: Queryable,
  deps: Pick<Deps, "refreshTokens">,
  session: { userId: string; clientName: string; refreshToken?: string },
): Promise<OpenedSession> {
  const sessionId = newId();
  const refreshToken = session.refreshToken ?? deps.refreshTokens.create();
  await transaction.insert(sessions).values({
    id: sessionId,
    user_id: session.userId,
    client_name: session.clientName,
    expires_at: inDays(sessionDays),
  });
  await transaction.insert(refreshTokens).values({
    hash: deps.refreshTokens.hash(refreshToken),
    family: sessionId,
    expires_at: inDays(refreshTokenDays),
  });
  return { sessionId, refreshToken };
}

/** The answer of everything that signs in. */
export async function toSignIn(
  deps: Pick<Deps, "tokens">,
  user: User,
  session: OpenedSession,
): Promise<SignInWithToken> {
  return {
    user,
    access_token: await deps.tokens.signAccess({ userId: user.id, sessionId: session.sessionId }),
    refresh_token: session.refreshToken,
    token_type: "Bearer",
    expires_in: accessTokenSeconds,
  };
}
