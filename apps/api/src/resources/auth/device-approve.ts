import { api } from "@hivesync/contracts/api";
import { deviceLinks } from "@hivesync/db/schema/device-links";
import { sessions } from "@hivesync/db/schema/sessions";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, gt, sql } from "drizzle-orm";
import type { UserActor } from "#actor.ts";
import { audit } from "#audit.ts";
import { isLiveSession } from "#auth/live-session.ts";
import { operation } from "#operation.ts";
import type { Transaction } from "#transaction.ts";
import { deviceLinkColumns, findDeviceLink } from "./find-device-link.ts";

/**
 * A session that is known for two seconds may have ended since; locked, it does not end before the approval is there to be withdrawn with it.
 *
 * @throws AppError AUTH_INVALID
 */
async function holdSession(transaction: Transaction, actor: UserActor): Promise<void> {
  const [session] = await transaction
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, actor.sessionId), isLiveSession()))
    .for("share");
  if (!session) throw new AppError("AUTH_INVALID");
}

export const deviceApprove = operation(api.auth.deviceApprove, async ({ deps, actor, input, request, transact }) => {
  const approves = input.decision === "APPROVE";
  const { id } = await findDeviceLink(deps, { actor, request }, input.user_code);
  return transact(async (transaction) => {
    await holdSession(transaction, actor);
    const [link] = await transaction
      .update(deviceLinks)
      .set({ status: approves ? "APPROVED" : "DENIED", user_id: actor.userId })
      .where(and(eq(deviceLinks.id, id), eq(deviceLinks.status, "PENDING"), gt(deviceLinks.expires_at, sql`now()`)))
      .returning(deviceLinkColumns);
    if (!link) throw new AppError("CONFLICT", { publicMessage: "This device was answered already." });
    await audit(transaction, {
      event_type: approves ? "device_approved" : "device_denied",
      user_id: actor.userId,
      actor_id: actor.userId,
      metadata: { device_link_id: id, client_name: link.client_name, ip: request.ip },
    });
    return link;
  });
});
