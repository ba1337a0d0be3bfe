import { sql } from "drizzle-orm";
import { boolean, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const teams = pgTable("teams", {
  id: uuid().primaryKey(),
  owner_id: uuid().notNull(),
  name: text().notNull(),
  personal: boolean().notNull().default(false),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
});
