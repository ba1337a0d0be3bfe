import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { preparedFor } from "@hivesync/db/prepared";
import { auditLogs } from "@hivesync/db/schema/audit-logs";
import { and, eq, gte, lt, sql } from "drizzle-orm";
import { audit as writeAudit } from "#audit.ts";
import { isAfterCursor, newestFirst, pagePlaces, pageValues } from "#list-page.ts";
import { operation } from "#operation.ts";

const exactFilters = ["event_type", "user_id", "actor_id", "project_id"] as const;

type Shape = Readonly<Record<(typeof exactFilters)[number] | "from" | "to" | "cursor", boolean>>;

const findEntries = preparedFor((db, has: Shape) =>
  db
    .select({
      id: auditLogs.id,
      event_type: auditLogs.event_type,
      user_id: auditLogs.user_id,
      actor_id: auditLogs.actor_id,
      project_id: auditLogs.project_id,
      metadata: auditLogs.metadata,
      created_at: auditLogs.created_at,
    })
    .from(auditLogs)
    .where(
      and(
        ...exactFilters.map((name) => (has[name] ? eq(auditLogs[name], sql.placeholder(name)) : undefined)),
        has.from ? gte(auditLogs.created_at, sql.placeholder("from")) : undefined,
        has.to ? lt(auditLogs.created_at, sql.placeholder("to")) : undefined,
        has.cursor ? isAfterCursor(auditLogs) : undefined,
      ),
    )
    .orderBy(...newestFirst(auditLogs))
    .limit(pagePlaces.limit)
    .offset(pagePlaces.offset)
    .prepare("find_audit_entries"),
);

export const audit = operation(
  api.admin.audit,
  async ({ deps, input }) => {
    const { event_type, user_id, actor_id, project_id, from, to, cursor } = input;
    const filters = { event_type, user_id, actor_id, project_id, from, to };
    const has: Shape = {
      event_type: event_type !== undefined,
      user_id: user_id !== undefined,
      actor_id: actor_id !== undefined,
      project_id: project_id !== undefined,
      from: from !== undefined,
      to: to !== undefined,
      cursor: cursor !== undefined,
    };
    const rows = await findEntries(deps.db, has).execute({ ...filters, ...pageValues(input) });
    return toPage(rows, input);
  },
  {
    beginExport: async ({ deps, actor, input, request }) => {
      const { limit: _limit, offset: _offset, cursor, ...filters } = input;
      await writeAudit(deps.db, {
        event_type: "audit_exported",
        actor_id: actor.userId,
        metadata: { ip: request.ip, filters, ...(cursor && { after: cursor }) },
      });
    },
  },
);
