import { DrizzleQueryError } from "drizzle-orm/errors";
import postgres from "postgres";

const uniqueViolation = "23505";

/** Whether a write failed because the unique index of this name has such a row already. */
export function isUniqueViolation(error: unknown, index: string): boolean {
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof postgres.PostgresError && cause.code === uniqueViolation && cause.constraint_name === index;
}
