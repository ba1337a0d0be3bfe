import { sql } from "drizzle-orm";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { bytea, instant } from "../column-types.ts";

export const signingKeys = pgTable("signing_keys", {
  kid: text().primaryKey(),
  public_jwk: jsonb().$type<Record<string, unknown>>().notNull(),
  encrypted_private_jwk: bytea().notNull(),
  created_at: instant()
    .notNull()
    .default(sql`now()`),
  retired_at: instant(),
});
