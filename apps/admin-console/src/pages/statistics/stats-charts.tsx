import type { JobStats, StatsBucket } from "@hivesync/contracts/operator";
import { formatClock, formatDay, formatDayAndClock, formatSeconds } from "#parts/format.ts";
import { Columns } from "#parts/page.tsx";
import { SeriesChart } from "#parts/series-chart.tsx";
import { Surface } from "#parts/surface.tsx";

const ends = [
  { name: "completed", label: "Completed", color: "var(--chart-good)" },
  { name: "failed", label: "Failed", color: "var(--chart-bad)" },
  { name: "cancelled", label: "Cancelled", color: "var(--chart-quiet)" },
  { name: "open", label: "Open", color: "var(--chart-busy)" },
];
const times = [
  { name: "wait_p95", label: "Wait", color: "var(--chart-other)" },
  { name: "run_p95", label: "Run", color: "var(--chart-wait)" },
];

const daySeconds = 86_400;

function formatFor({ from, to, bucket }: JobStats): (at: number) => string {
  if (bucket === "day") return formatDay;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1_000;
  return seconds > 1.5 * daySeconds ? formatDayAndClock : formatClock;
}

const stepWords: Record<StatsBucket, string> = { minute: "minute", hour: "hour", day: "day" };

interface StatsChartsProps {
  stats: JobStats | undefined;
  jobs: string;
}

/** A time's course: how many came to which end, and how long 95 of 100 took at most. */
export function StatsCharts({ stats, jobs }: StatsChartsProps) {
  const points = stats?.series.map((step) => ({ ...step, at: Date.parse(step.at) }));
  const formatAt = stats ? formatFor(stats) : formatClock;
  const step = stats ? stepWords[stats.bucket] : "hour";
  return (
    <Columns min={400}>
      <Surface title="Ends" note={`What became of ${jobs}, by the ${step} they were asked for`}>
        <SeriesChart
          label={`Ends of ${jobs} by ${step}`}
          kind="bars"
          points={points}
          series={ends}
          formatAt={formatAt}
          empty={`No ${jobs} were asked for in this time. Choose a longer one above.`}
        />
      </Surface>
      <Surface title="Wait and run" note="95 of 100 took no longer">
        <SeriesChart
          label={`95th percentile of wait and run of ${jobs} by ${step}`}
          kind="lines"
          points={points}
          series={times}
          formatAt={formatAt}
          formatValue={formatSeconds}
          empty={`No ${jobs} ran in this time.`}
        />
      </Surface>
    </Columns>
  );
}
