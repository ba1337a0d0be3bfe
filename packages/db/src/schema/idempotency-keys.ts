import { sql } from "drizzle-orm";
import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "../column-types.ts";

export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    user_id: uuid().notNull(),
    endpoint: text().notNull(),
    key_hash: text().notNull(),
    body_hash: text().notNull(),
    encrypted_answer: bytea().notNull(),
    created_at: instant()
      .notNull()
      .default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.user_id, table.endpoint, table.key_hash] })],
);
