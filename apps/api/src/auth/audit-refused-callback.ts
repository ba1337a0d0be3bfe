import { networkOf } from "#rate-limit/network-of.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { audit } from "#audit.ts";

/** Notes that a callback was refused, and why: once a minute and source in the audit. */
export async function auditRefusedCallback(
  deps: Deps,
  request: RequestContext,
  reason: "signature" | "url",
): Promise<void> {
  const source = networkOf(request.ip);
  deps.metrics.callbackRefused(reason);
  deps.log.warn("callback_refused", { request_id: request.requestId, ip: request.ip, reason });
  if (deps.refusedCallbacks.has(source)) return;
  deps.refusedCallbacks.set(source, true);
  await audit(deps.db, { event_type: "callback_refused", metadata: { ip: request.ip, reason } });
}
