import type { Tier } from "@hivesync/contracts/tiers";
import type { Database } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { sessions } from "@hivesync/db/schema/sessions";
import { users } from "@hivesync/db/schema/users";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { LRUCache } from "lru-cache";

/** What must be fresh about a signed-in caller: the token says only who it is. */
export interface SessionState {
  userId: string;
  tier: Tier;
}

/** Session states, each at most two seconds old: an ended session, a disabled user or a new tier is known everywhere by then. */
export interface SessionCache {
  /** At once when known. Undefined: ended, expired, of a disabled user, or never there. */
  get: (sessionId: string) => SessionState | undefined | Promise<SessionState | undefined>;
  forget: (sessionId: string) => void;
}

const maxAgeMs = 2_000;

const findSession = prepared((db) =>
  db
    .select({ userId: users.id, tier: users.tier })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .where(
      and(
        eq(sessions.id, sql.placeholder("id")),
        isNull(sessions.revoked_at),
        gt(sessions.expires_at, sql`now()`),
        isNull(users.disabled_at),
      ),
    )
    .prepare("find_session"),
);

export function createSessionCache(db: Database): SessionCache {
  const states = new LRUCache<string, { state: SessionState | undefined }>({ max: 50_000, ttl: maxAgeMs });
  const reading = new Map<string, Promise<SessionState | undefined>>();

  const read = async (sessionId: string): Promise<SessionState | undefined> => {
    const [state] = await findSession(db).execute({ id: sessionId });
    states.set(sessionId, { state });
    return state;
  };
  return {
    get: (sessionId) => {
      const known = states.get(sessionId);
      if (known) return known.state;
      // Many requests of one session wait for one query.
      const underWay = reading.get(sessionId);
      if (underWay) return underWay;
      const query = read(sessionId).finally(() => reading.delete(sessionId));
      reading.set(sessionId, query);
      return query;
    },
    forget: (sessionId) => {
      states.delete(sessionId);
    },
  };
}
