import { z } from "zod";
import { useNow } from "#parts/clock.ts";
import { spanOf, timeFields } from "#parts/time-range.ts";
import { useFilters } from "#parts/use-filters.ts";

const fields = z.object({
  event_type: z.string().max(80).optional(),
  user_id: z.uuid().optional(),
  actor_id: z.uuid().optional(),
  project_id: z.uuid().optional(),
  ...timeFields,
});

/** What of the audit log is asked for, without the page. */
export type AuditInput = Partial<Record<"event_type" | "user_id" | "actor_id" | "project_id" | "from" | "to", string>>;

/** The filters in the address, and what they ask the API for. */
export function useAuditFilters() {
  const [filters, change] = useFilters(fields);
  const now = useNow(60);
  const { range, from, to, ...others } = filters;
  // Everything from then on: what happens while one looks belongs to it.
  const span = spanOf({ range, from, to }, now);
  const input: AuditInput = {
    ...(others as AuditInput),
    ...(span && { from: span.from }),
    ...(span && to !== undefined && { to }),
  };
  return { filters, change, input };
}
