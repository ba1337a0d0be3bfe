import { roles } from "@hivesync/contracts/access";
import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "../column-types.ts";

export const teamMembers = pgTable("team_members", {
  id: uuid().primaryKey(),
  team_id: uuid().notNull(),
  user_id: uuid().notNull(),
  role: text({ enum: roles }).notNull(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
});
