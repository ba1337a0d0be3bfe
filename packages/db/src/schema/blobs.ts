import { sql } from "drizzle-orm";
import { bigint, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const blobs = pgTable(
  "blobs",
  {
    team_id: uuid().notNull(),
    sha256: text().notNull(),
    size: bigint({ mode: "number" }).notNull(),
    stored_at: instant(),
    last_used_at: instant()
      .notNull()
      .default(sql`now()`),
  },
  (table) => [primaryKey({ columns: [table.team_id, table.sha256] })],
);
