import type { Sql } from "postgres";
import { createBenchStack, type Bench, type BenchStack } from "../bench-stack.ts";
import { cursorBefore, insertExtent, insertTasks, type Extent, type List } from "../depth-rows.ts";
import { measureLoad, type Target } from "../load.ts";
import { explainEverything, plansOf, type Plan } from "../plans.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median, medianRatio } from "../statistics.ts";

const largeRows = 1_000_000;
const smallRows = 1_000;
const manyTeams = 20;
const callersEach = 100;
const pageSize = 50;
const longestSeconds = 2;

/** Something to read in an extent of many rows and in one of few. */
interface Place {
  what: string;
  table: List["table"];
  large: { extent: Extent; path: string };
  small: { extent: Extent; path: string };
}

interface Extents {
  large: Extent;
  small: Extent;
}

interface PagedList {
  name: string;
  list: (extent: Extent) => List;
  path: (extent: Extent) => string;
}

async function insertAll(stack: BenchStack, scale: number): Promise<{ oneTeam: Extents; manyTeams: Extents }> {
  const callers = await stack.insertCallers(callersEach * 4);
  let taken = 0;
  const insert = async (teams: number, rows: number): Promise<Extent> => {
    taken += callersEach;
    return insertExtent(stack.sql, callers.slice(taken - callersEach, taken), { teams, rows });
  };
  const many = Math.max(smallRows, Math.round(largeRows * scale));
  const extents = {
    oneTeam: { large: await insert(1, many), small: await insert(1, smallRows) },
    manyTeams: { large: await insert(manyTeams, many), small: await insert(manyTeams, smallRows) },
  };
  await insertTasks(stack.sql, extents.oneTeam.large);
  await insertTasks(stack.sql, extents.oneTeam.small);
  await stack.sql`VACUUM ANALYZE`;
  return extents;
}

async function pagesOf(sql: Sql, { name, list, path }: PagedList, extents: Extents): Promise<Place[]> {
  const depths = [
    { what: "first page", left: undefined },
    { what: "in the middle", left: (extent: Extent) => Math.floor(extent.rows / 2) },
    { what: "last page", left: () => pageSize },
  ];
  const at = async (extent: Extent, left: ((extent: Extent) => number) | undefined) => {
    const cursor = left && (await cursorBefore(sql, list(extent), left(extent)));
    return { extent, path: path(extent) + (cursor === undefined ? "" : `&cursor=${cursor}`) };
  };
  return Promise.all(
    depths.map(async ({ what, left }) => ({
      what: `${name}, ${what}`,
      table: list(extents.large).table,
      large: await at(extents.large, left),
      small: await at(extents.small, left),
    })),
  );
}

async function findPlaces(sql: Sql, extents: { oneTeam: Extents; manyTeams: Extents }): Promise<Place[]> {
  const tasks: PagedList = {
    name: "tasks of a project",
    list: ({ projectId }) => ({ table: "tasks", of: { column: "project_id", ids: [projectId] } }),
    path: ({ projectId }) => `/api/v1/projects/${projectId}/tasks?limit=${pageSize}`,
  };
  const projectsOf = (name: string): PagedList => ({
    name,
    list: ({ teamIds }) => ({ table: "projects", of: { column: "team_id", ids: teamIds } }),
    path: () => `/api/v1/projects?limit=${pageSize}`,
  });
  const one = (extent: Extent) => ({ extent, path: `/api/v1/projects/${extent.projectId}` });
  const { large, small } = extents.oneTeam;
  return [
    ...(await pagesOf(sql, tasks, extents.oneTeam)),
    ...(await pagesOf(sql, projectsOf("projects of a user in one team"), extents.oneTeam)),
    ...(await pagesOf(sql, projectsOf(`projects of a user in ${manyTeams} teams`), extents.manyTeams)),
    { what: "one project", table: "projects", large: one(large), small: one(small) },
  ];
}

async function measurePlace(bench: Bench, api: Target, place: Place): Promise<Reading> {
  const run =
    ({ extent: { nextCaller }, path }: Place["large"]) =>
    (seconds: number) =>
      measureLoad(api, { connections: 1, seconds, nextCaller, callOf: () => ({ method: "GET", path }) });
  const seconds = Math.min(longestSeconds, bench.seconds);
  const [large, small] = [run(place.large), run(place.small)];
  await large(1);
  await small(1);
  const samples = await inRounds(bench.rounds, { large: () => large(seconds), small: () => small(seconds) });
  const p50 = (side: "large" | "small"): number[] => samples[side].map(({ p50Ms }) => p50Ms);
  return reading({
    what: `${place.what}, p50`,
    ours: median(p50("large")),
    beside: { name: `of ${smallRows.toLocaleString("en")} rows`, value: median(p50("small")) },
    unit: "ms",
    result: medianRatio(p50("large"), p50("small")),
    goal: { bound: "at_most", value: 1.2 },
  });
}

// After five a prepared statement may change from plans for its values to one for any.
const callsBeforePlan = 12;

async function findPlans(bench: Bench, api: Target, places: readonly Place[]): Promise<(Plan & { what: string })[]> {
  const all: (Plan & { what: string })[] = [];
  for (const { what, table, large } of places) {
    const { token } = large.extent.nextCaller();
    const call = async (): Promise<void> => {
      const headers = { authorization: `Bearer ${token}` };
      for (let calls = 0; calls < callsBeforePlan; calls += 1) {
        const answer = await fetch(api.origin + large.path, { headers });
        await answer.arrayBuffer();
      }
    };
    const plans = await plansOf(table, bench.watchPostgresLog, call);
    all.push(...plans.map((plan) => ({ what, ...plan })));
  }
  return all;
}

function describePlans(plans: readonly (Plan & { what: string })[], rows: number): string {
  const sections = plans.map(
    ({ what, statement, plan }) => `## ${what}\n\n\`\`\`sql\n${statement}\n\`\`\`\n\n\`\`\`\n${plan}\n\`\`\`\n`,
  );
  const intro = `What Postgres did for each read of the row \`depth\` in an extent of ${rows.toLocaleString("en")} rows, as auto_explain saw the API's own prepared statements. Written by \`pnpm bench depth\`.`;
  return `# Plans\n\n${intro}\n\n${sections.join("\n")}`;
}

/** The same pages of few rows and of a million, by cursor at any depth. */
export async function measureDepth(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  bench.say(`making ${(3 * largeRows * bench.scale).toLocaleString("en")} rows`);
  const extents = await insertAll(stack, bench.scale);
  const places = await findPlaces(stack.sql, extents);
  const api = await stack.startApi();
  const readings: Reading[] = [];
  for (const place of places) readings.push(await measurePlace(bench, api, place));
  await api.process.stop();

  await explainEverything(stack);
  const explained = await stack.startApi({ environment: { HIVESYNC_DATABASE_POOL_SIZE: "1" } });
  const plans = await findPlans(bench, explained, places);
  const sequential = plans.filter(({ plan }) => plan.includes("Seq Scan")).length;
  const { rows } = extents.oneTeam.large;
  readings.push(
    reading({
      what: "statements among these that read a whole table",
      ours: sequential,
      beside: { name: "statements", value: plans.length },
      unit: "",
      result: sequential,
      resultUnit: "",
      goal: { bound: "at_most", value: 0 },
    }),
  );
  return {
    readings,
    notes: [
      `Ours is of ${rows.toLocaleString("en")} rows. One connection, one request after the other. The statements and their plans: [plans.md](plans.md).`,
    ],
    pages: { "plans.md": describePlans(plans, rows) },
  };
}
