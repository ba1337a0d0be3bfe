import { sessions } from "@hivesync/db/schema/sessions";
import { and, gt, isNull, sql, type SQL } from "drizzle-orm";
import { refreshTokenDays } from "./refresh-tokens.ts";

/** Of sessions that can go on: neither revoked nor at their end, and used within the life of a refresh token. */
export function isLiveSession(): SQL | undefined {
  return and(
    isNull(sessions.revoked_at),
    gt(sessions.expires_at, sql`now()`),
    gt(sessions.last_used_at, sql`now() - make_interval(days => ${refreshTokenDays})`),
  );
}
