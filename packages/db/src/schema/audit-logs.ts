import { sql } from "drizzle-orm";
import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const auditLogs = pgTable("audit_logs", {
  id: uuid().primaryKey(),
  event_type: text().notNull(),
  user_id: uuid(),
  actor_id: uuid(),
  project_id: uuid(),
  metadata: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
});
