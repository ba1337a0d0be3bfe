import { useQuery } from "@tanstack/react-query";
import type { JobStats } from "@hivesync/contracts/operator";
import { formatClock } from "#parts/format.ts";
import { Failure } from "#parts/notice.tsx";
import { Columns } from "#parts/page.tsx";
import { SeriesChart } from "#parts/series-chart.tsx";
import { Surface } from "#parts/surface.tsx";
import { trpc } from "#server/trpc.ts";

const everyMinute = { refetchInterval: 60_000 };

interface Hour {
  at: number;
  previews: number;
  ai: number;
}

/** Both kinds in one series; they have the same steps, for they were asked about the same day. */
function join(previews: JobStats, ai: JobStats, field: "completed" | "failed"): Hour[] {
  const ofAi = new Map(ai.series.map((step) => [step.at, step[field]]));
  return previews.series.map((step) => ({
    at: Date.parse(step.at),
    previews: step[field],
    ai: ofAi.get(step.at) ?? 0,
  }));
}

const kinds = [
  { name: "previews", label: "Previews" },
  { name: "ai", label: "AI jobs" },
];

const coloured = (colors: readonly string[]) => kinds.map((kind, index) => ({ ...kind, color: colors[index] ?? "" }));

/** What was done and what failed in the last day. */
export function DayCharts() {
  const previews = useQuery(trpc.admin.previewStats.queryOptions(undefined, everyMinute));
  const ai = useQuery(trpc.admin.aiStats.queryOptions(undefined, everyMinute));
  const error = previews.error ?? ai.error;
  const both = previews.data && ai.data ? ([previews.data, ai.data] as const) : undefined;
  if (error && !both) {
    const retry = (): void => void Promise.all([previews.refetch(), ai.refetch()]);
    return (
      <Surface title="Last 24 hours">
        <Failure error={error} retry={retry} />
      </Surface>
    );
  }
  return (
    <Columns min={400}>
      <Surface title="Throughput" note="Completed jobs by the hour they were asked for, last 24 hours">
        <SeriesChart
          label="Completed previews and AI jobs by hour, last 24 hours"
          kind="bars"
          points={both && join(...both, "completed")}
          series={coloured(["var(--chart-good)", "var(--chart-busy)"])}
          formatAt={formatClock}
          empty="Nothing was completed in the last day. Each hour's previews and AI jobs will stand here."
        />
      </Surface>
      <Surface title="Failures" note="Failed jobs by the hour they were asked for, last 24 hours">
        <SeriesChart
          label="Failed previews and AI jobs by hour, last 24 hours"
          kind="bars"
          points={both && join(...both, "failed")}
          series={coloured(["var(--chart-bad)", "var(--chart-wait)"])}
          formatAt={formatClock}
          empty="No preview and no AI job failed in the last day."
        />
      </Surface>
    </Columns>
  );
}
