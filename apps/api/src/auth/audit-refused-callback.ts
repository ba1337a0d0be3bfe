import { LRUCache } from "lru-cache";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import { audit } from "#audit.ts";

/** One audit row a minute and source: a flood of forged callbacks must not fill the table. */
export type RefusedCallbacks = LRUCache<string, true>;

export function createRefusedCallbacks(): RefusedCallbacks {
  return new LRUCache({ max: 10_000, ttl: 60_000 });
}

/** Notes that a callback was refused, and why. */
export async function auditRefusedCallback(deps: Deps, request: RequestContext, reason: string): Promise<void> {
  deps.log.warn("callback_refused", { request_id: request.requestId, ip: request.ip, reason });
  if (deps.refusedCallbacks.has(request.ip)) return;
  deps.refusedCallbacks.set(request.ip, true);
  await audit(deps.db, { event_type: "callback_refused", metadata: { ip: request.ip, reason } });
}
