import { DrizzleQueryError, fillPlaceholders, type Logger } from "drizzle-orm";
import type { Sql } from "postgres";
import type { Queryable } from "./client.ts";
import { compileRowMapper, type SelectedField } from "./row-mapper.ts";

/** A query that is built: it only needs its values. */
export interface Prepared<Rows> {
  execute: (values?: Record<string, unknown>) => Promise<Rows>;
}

/** What Drizzle knows of a prepared query of postgres.js, and keeps to itself. */
interface BuiltQuery {
  queryString: string;
  params: unknown[];
  /** The columns that come back; none where nothing is returned. */
  fields: SelectedField[] | undefined;
}

interface Session {
  client: Pick<Sql, "unsafe">;
  logger: Logger;
}

function sessionOf(queryable: Queryable): Session {
  return (queryable as unknown as { session: Session }).session;
}

/** Runs a built query without what Drizzle does around it for tracing and caches, which took as long as the query itself. */
function runnerOf<Rows>(built: Prepared<Rows>): (queryable: Queryable) => Prepared<Rows> {
  const { queryString, params, fields } = built as unknown as BuiltQuery;
  const mapRows = compileRowMapper(fields ?? []);
  return (queryable) => {
    const { client, logger } = sessionOf(queryable);
    return {
      execute: async (values = {}) => {
        const given = fillPlaceholders(params, values) as never[];
        logger.logQuery(queryString, given);
        try {
          return mapRows(await client.unsafe(queryString, given, { prepare: true }).values()) as Rows;
        } catch (error) {
          throw new DrizzleQueryError(queryString, given, error as Error);
        }
      },
    };
  };
}

/**
 * Declares a hot query once, beside the operation that uses it. It is built on first use and then only executed, by the database or in a
 * transaction: building a query anew every time costs three to four times the executing.
 *
 * @example
 * const findProject = prepared((db) => db.select({ id: projects.id }).from(projects)
 *   .where(eq(projects.id, sql.placeholder("id"))).prepare("find_project"));
 * const rows = await findProject(deps.db).execute({ id });
 */
export function prepared<Rows>(build: (db: Queryable) => Prepared<Rows>): (db: Queryable) => Prepared<Rows> {
  const queries = preparedFor<Readonly<Record<string, boolean>>, Rows>(build);
  return (db) => queries(db, {});
}

/**
 * The same for a query that has parts that may be there or not: it is built once for each shape that is asked for.
 *
 * @example
 * const findTasks = preparedFor((db, has: { status: boolean }) => db.select({ id: tasks.id }).from(tasks)
 *   .where(has.status ? eq(tasks.status, sql.placeholder("status")) : undefined).prepare("find_tasks"));
 * const rows = await findTasks(deps.db, { status: input.status !== undefined }).execute({ status: input.status });
 */
export function preparedFor<Shape extends Readonly<Record<string, boolean>>, Rows>(
  build: (db: Queryable, shape: Shape) => Prepared<Rows>,
): (db: Queryable, shape: Shape) => Prepared<Rows> {
  const runners = new Map<string, (queryable: Queryable) => Prepared<Rows>>();
  return (db, shape) => {
    const key = Object.values(shape).join();
    let runner = runners.get(key);
    if (runner === undefined) runners.set(key, (runner = runnerOf(build(db, shape))));
    return runner(db);
  };
}
