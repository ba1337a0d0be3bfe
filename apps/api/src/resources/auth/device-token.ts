import { api } from "@hivesync/contracts/api";
import type { Database } from "@hivesync/db/client";
import { deviceLinks } from "@hivesync/db/schema/device-links";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { and, eq, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { pollSeconds } from "#auth/device-codes.ts";
import { toSignIn } from "#auth/sign-in.ts";
import { operation } from "#operation.ts";
import { collectDeviceSession } from "./collect-device-session.ts";

const interval = sql`make_interval(secs => ${pollSeconds})`;

/** Why a poll found no link to note itself at. */
async function refusal(db: Database, isAsked: SQL): Promise<AppError> {
  const { last_polled_at: last } = deviceLinks;
  const [link] = await db
    .select({ wait: sql<number>`greatest(1, ceil(extract(epoch FROM ${last} + ${interval} - now())))::int` })
    .from(deviceLinks)
    .where(isAsked);
  if (!link) return invalidField("device_code", "is not known, or has expired long ago");
  return new AppError("RATE_LIMITED", {
    publicMessage: `Ask no more often than every ${pollSeconds} seconds.`,
    retryAfterSeconds: link.wait,
    details: { limit: 1, remaining: 0, retry_after_seconds: link.wait },
  });
}

/** Notes the poll, in one statement: of several at once one is let through. @throws AppError RATE_LIMITED or VALIDATION_ERROR */
async function poll(db: Database, deviceCodeHash: string) {
  const isAsked = eq(deviceLinks.device_code_hash, deviceCodeHash);
  const { last_polled_at: last } = deviceLinks;
  const [link] = await db
    .update(deviceLinks)
    .set({ last_polled_at: sql`now()` })
    .where(and(isAsked, or(isNull(last), lte(last, sql`now() - ${interval}`))))
    .returning({
      id: deviceLinks.id,
      status: deviceLinks.status,
      isOver: sql<boolean>`${deviceLinks.session_id} IS NULL AND ${deviceLinks.expires_at} <= now()`,
    });
  if (link) return link;
  throw await refusal(db, isAsked);
}

export const deviceToken = operation(api.auth.deviceToken, async ({ deps, input, request }) => {
  const link = await poll(deps.db, deps.deviceCodes.hashDeviceCode(input.device_code));
  if (link.isOver) return { status: "EXPIRED" as const };
  if (link.status === "PENDING") return { status: link.status, interval: pollSeconds };
  if (link.status !== "APPROVED") return { status: link.status };
  const collected = await deps.transact((transaction) =>
    collectDeviceSession(transaction, deps, { linkId: link.id, deviceCode: input.device_code, ip: request.ip }),
  );
  if (!collected) return { status: "EXPIRED" as const };
  return { status: link.status, ...(await toSignIn(deps, collected.user, collected.session)) };
});
