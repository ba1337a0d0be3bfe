import { plannerSettings } from "@hivesync/db/client";
import { toIsoInstant } from "@hivesync/db/column-types";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { TestApi } from "./start-test-api.ts";

/** What we use of a plan in Postgres's JSON. */
export interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: PlanNode[];
}

interface Statement {
  query: string;
  params: unknown[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Rows that a node took into its hands, whether they came out of it or not. */
export function rowsRead(node: PlanNode): number {
  const each =
    node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  return each * node["Actual Loops"];
}

/** Sees what statements the API makes of a call, and how the database comes by their rows. */
export interface PlanWatch extends AsyncDisposable {
  /** Does what makes the statements, and answers the nodes of all their plans with what it came to. */
  plansOf: <Result>(work: () => Promise<Result>) => Promise<{ result: Result; nodes: PlanNode[] }>;
}

/** Puts a database in place of the API's that notes each statement. */
export function watchPlans(api: TestApi): PlanWatch {
  let statements: Statement[] = [];
  const client = postgres(api.stack.databaseUrls.api, { max: 1, connection: plannerSettings });
  const recording = drizzle(client, {
    logger: { logQuery: (query, params) => void statements.push({ query, params }) },
  });
  client.options.parsers[1184] = toIsoInstant;
  Object.assign(api.deps, { db: recording });

  const explain = async ({ query, params }: Statement): Promise<PlanNode[]> => {
    const [row] = await client.unsafe<{ "QUERY PLAN": { Plan: PlanNode }[] }[]>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${query}`,
      params as string[],
    );
    return row?.["QUERY PLAN"].flatMap(({ Plan }) => nodesOf(Plan)) ?? [];
  };
  return {
    plansOf: async (work) => {
      statements = [];
      const result = await work();
      const plans = await Promise.all(statements.map(explain));
      return { result, nodes: plans.flat() };
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
