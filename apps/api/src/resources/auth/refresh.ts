import { api } from "@hivesync/contracts/api";
import type { User } from "@hivesync/contracts/resources/auth";
import type { Queryable } from "@hivesync/db/client";
import { refreshTokens } from "@hivesync/db/schema/refresh-tokens";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { endSessions } from "#auth/end-sessions.ts";
import { requireOwnOrigin } from "#auth/own-origin.ts";
import { clearRefreshCookie, keepInCookie, readRefreshCookie } from "#auth/refresh-cookie.ts";
import { refreshGraceSeconds, refreshTokenDays } from "#auth/refresh-tokens.ts";
import { storedSuccessor } from "#auth/stored-successor.ts";
import { inDays, toSignIn, userColumns } from "#auth/sign-in.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { notify } from "#events/notify.ts";
import { operation } from "#operation.ts";
import type { Transaction } from "#transaction.ts";

type Outcome =
  | { kind: "rotated"; user: User; sessionId: string }
  | { kind: "reused"; sessionId: string }
  | { kind: "refused" };

/** The token's row with its session and user, locked, so that of many refreshes at once one rotates and the others see it. */
function lockToken(transaction: Queryable, hash: string) {
  return transaction
    .select({
      ...userColumns,
      family: refreshTokens.family,
      rotated: sql<boolean>`${refreshTokens.rotated_at} IS NOT NULL`,
      within_grace: sql<boolean>`coalesce(${refreshTokens.rotated_at} > now() - make_interval(secs => ${refreshGraceSeconds}), false)`,
    })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.family))
    .innerJoin(users, eq(users.id, sessions.user_id))
    .where(
      and(
        eq(refreshTokens.hash, hash),
        gt(refreshTokens.expires_at, sql`now()`),
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, sql`now()`),
        isNull(users.disabled_at),
      ),
    )
    .for("update", { of: refreshTokens });
}

async function endFamily(transaction: Transaction, family: string, userId: string): Promise<void> {
  await endSessions(transaction, eq(sessions.id, family));
  await audit(transaction, { event_type: "refresh_reused", user_id: userId, metadata: { session_id: family } });
  await notify(transaction, {
    user_id: userId,
    type: "session_revoked",
    data: { session_id: family, reason: "A refresh token was used twice, as after a theft. Sign in again." },
  });
}

interface Presented {
  deps: Deps;
  request: RequestContext;
  presented: string;
}

async function rotate(transaction: Transaction, { deps, request, presented }: Presented): Promise<Outcome> {
  const hash = deps.refreshTokens.hash(presented);
  const [row] = await lockToken(transaction, hash);
  if (!row) return { kind: "refused" };
  const { family, rotated, within_grace: withinGrace, ...user } = row;
  if (rotated && !withinGrace) {
    await endFamily(transaction, family, user.id);
    return { kind: "reused", sessionId: family };
  }
  if (!rotated) {
    await deps.limits.takeRefresh(family, request);
    await transaction
      .update(refreshTokens)
      .set({ rotated_at: sql`now()` })
      .where(eq(refreshTokens.hash, hash));
    await transaction.insert(refreshTokens).values({
      hash: deps.refreshTokens.hash(deps.refreshTokens.successor(presented)),
      family,
      parent: hash,
      expires_at: inDays(refreshTokenDays),
    });
    await transaction
      .update(sessions)
      .set({ last_used_at: sql`now()` })
      .where(eq(sessions.id, family));
  }
  return { kind: "rotated", user, sessionId: family };
}

const refused = (): AppError =>
  new AppError("AUTH_INVALID", { publicMessage: "The refresh token is not valid. Sign in again." });

/** The token of the body, or of the cookie of a page of ours. @throws AppError FORBIDDEN or AUTH_INVALID */
function presentedToken(deps: Deps, input: { refresh_token?: string | undefined }, request: RequestContext): string {
  if (input.refresh_token !== undefined) return input.refresh_token;
  requireOwnOrigin(deps.settings, request);
  const token = readRefreshCookie(request);
  if (token === undefined) throw refused();
  return token;
}

export const refresh = operation(api.auth.refresh, async ({ deps, input, request }) => {
  const presented = presentedToken(deps, input, request);
  const outcome = await deps.transact((transaction) => rotate(transaction, { deps, request, presented }));
  if (outcome.kind === "reused") deps.sessions.forget(outcome.sessionId);
  if (outcome.kind !== "rotated") {
    if (input.session === "cookie") clearRefreshCookie(request);
    throw refused();
  }
  const { user, sessionId } = outcome;
  const refreshToken = await storedSuccessor(deps.db, deps.refreshTokens, presented);
  const signIn = await toSignIn(deps, user, { sessionId, refreshToken });
  return input.session === "cookie" ? keepInCookie(request, signIn) : signIn;
});
