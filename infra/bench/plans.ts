import type { BenchStack } from "./bench-stack.ts";
import { poll } from "#dev/poll.ts";

/** A statement as Postgres ran it. */
export interface Plan {
  statement: string;
  /** As EXPLAIN (ANALYZE, BUFFERS) shows it. */
  plan: string;
  durationMs: number;
}

const firstLine = /LOG:\s+duration: ([\d.]+) ms\s+plan:$/;

/** Takes apart what auto_explain has written into the log. */
export function readPlans(lines: readonly string[]): Plan[] {
  const plans: Plan[] = [];
  for (const [index, line] of lines.entries()) {
    const duration = firstLine.exec(line)?.[1];
    if (duration === undefined) continue;
    const end = lines.findIndex((later, at) => at > index && !later.startsWith("\t"));
    const body = lines.slice(index + 1, end < 0 ? undefined : end).map((text) => text.slice(1));
    const begin = body.findIndex((text) => /\(cost=/.test(text));
    plans.push({
      statement: body
        .slice(0, begin)
        .join(" ")
        .replace("Query Text: ", "")
        .replace(/ Query Parameters: .*$/, ""),
      plan: body.slice(begin).join("\n"),
      durationMs: Number(duration),
    });
  }
  return plans;
}

/** From now on every statement of the API's new connections is explained in Postgres's log. */
export async function explainEverything({ sql }: BenchStack): Promise<void> {
  const settings = {
    session_preload_libraries: "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
  };
  const [row] = await sql<{ name: string }[]>`SELECT current_database() AS name`;
  for (const [setting, value] of Object.entries(settings))
    await sql.unsafe(`ALTER ROLE hivesync_api IN DATABASE ${row?.name ?? ""} SET ${setting} = '${value}'`);
}

const writtenWithinMs = 5_000;

/**
 * The plans of the statements on a table that some work has the API run, each as it was run last: by then a prepared statement has the plan
 * that it keeps.
 */
export async function plansOf(
  table: string,
  watchLog: (listener: (line: string) => void) => () => void,
  work: () => Promise<void>,
): Promise<Plan[]> {
  const lines: string[] = [];
  const stop = watchLog((line) => lines.push(line));
  const find = (): Plan[] => readPlans(lines).filter(({ statement }) => statement.includes(`"${table}"`));
  await work();
  await poll(() => find().length > 0, { withinMs: writtenWithinMs });
  stop();
  return [...new Map(find().map((plan) => [plan.statement, plan])).values()];
}
