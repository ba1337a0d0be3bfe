import type { User } from "@hivesync/contracts/resources/auth";
import { deviceLinks } from "@hivesync/db/schema/device-links";
import { refreshTokens } from "@hivesync/db/schema/refresh-tokens";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { isLiveSession } from "#auth/live-session.ts";
import { refreshGraceSeconds } from "#auth/refresh-tokens.ts";
import { storedSuccessor } from "#auth/stored-successor.ts";
import { openSession, userColumns, type OpenedSession } from "#auth/sign-in.ts";
import type { Deps } from "#deps.ts";
import type { Transaction } from "#transaction.ts";

interface Collection {
  linkId: string;
  deviceCode: string;
  ip: string;
}

interface Found extends Omit<Collection, "deviceCode"> {
  user: User;
  clientName: string;
  refreshToken: string;
}

interface Collected {
  user: User;
  session: OpenedSession;
}

/** The user who approved; undefined when disabled meanwhile. Locked before the link, as a change of the password does. */
async function lockApprover(transaction: Transaction, linkId: string): Promise<User | undefined> {
  const approver = transaction.select({ id: deviceLinks.user_id }).from(deviceLinks).where(eq(deviceLinks.id, linkId));
  const [user] = await transaction
    .select(userColumns)
    .from(users)
    .where(and(eq(users.id, approver), isNull(users.disabled_at)))
    .for("no key update");
  return user;
}

/** Whether the session was opened a moment ago and its first token not used yet: the answer was lost on its way. */
async function isUncollected(transaction: Transaction, sessionId: string, tokenHash: string): Promise<boolean> {
  const rows = await transaction
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(refreshTokens, eq(refreshTokens.family, sessions.id))
    .where(
      and(
        eq(sessions.id, sessionId),
        isLiveSession(),
        gt(sessions.created_at, sql`now() - make_interval(secs => ${refreshGraceSeconds})`),
        eq(refreshTokens.hash, tokenHash),
        isNull(refreshTokens.rotated_at),
      ),
    );
  return rows.length > 0;
}

async function signIn(transaction: Transaction, deps: Pick<Deps, "refreshTokens">, found: Found): Promise<Collected> {
  const { linkId, ip, user, clientName, refreshToken } = found;
  const session = await openSession(transaction, deps, { userId: user.id, clientName, refreshToken });
  await transaction.update(deviceLinks).set({ session_id: session.sessionId }).where(eq(deviceLinks.id, linkId));
  const [signedIn = user] = await transaction
    .update(users)
    .set({ last_login: sql`now()` })
    .where(eq(users.id, user.id))
    .returning(userColumns);
  await audit(transaction, {
    event_type: "sign_in",
    user_id: user.id,
    actor_id: user.id,
    metadata: { ip, device_link_id: linkId },
  });
  return { user: signedIn, session };
}

/**
 * Opens the session of an approved link. Its first refresh token follows from the device code, so that a device whose answer was lost
 * gets the same once more though only hashes are stored. Undefined when there is nothing to collect any more.
 */
export async function collectDeviceSession(
  transaction: Transaction,
  deps: Pick<Deps, "refreshTokens">,
  collection: Collection,
): Promise<Collected | undefined> {
  const user = await lockApprover(transaction, collection.linkId);
  const [link] = await transaction
    .select({ clientName: deviceLinks.client_name, sessionId: deviceLinks.session_id })
    .from(deviceLinks)
    .where(and(eq(deviceLinks.id, collection.linkId), eq(deviceLinks.status, "APPROVED")))
    .for("update");
  if (!user || !link) return undefined;
  const { clientName, sessionId } = link;
  const refreshToken = await storedSuccessor(transaction, deps.refreshTokens, collection.deviceCode);
  if (sessionId === null) return signIn(transaction, deps, { ...collection, user, clientName, refreshToken });
  const isRepeat = await isUncollected(transaction, sessionId, deps.refreshTokens.hash(refreshToken));
  return isRepeat ? { user, session: { sessionId, refreshToken } } : undefined;
}
