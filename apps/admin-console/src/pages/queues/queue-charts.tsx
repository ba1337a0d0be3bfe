import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { useQueueHistory } from "#live/queue-history.ts";
import { formatClockWithSeconds, formatSeconds } from "#parts/format.ts";
import { Columns } from "#parts/page.tsx";
import { SeriesChart } from "#parts/series-chart.tsx";
import { Surface } from "#parts/surface.tsx";

const depth = [
  { name: "waiting", label: "Waiting", color: "var(--chart-wait)" },
  { name: "active", label: "Running", color: "var(--chart-busy)" },
];
const wait = [{ name: "wait", label: "The oldest waiting job", color: "var(--chart-other)" }];

/** How a queue went since this page was opened. */
export function QueueCharts({ queue }: { queue: QueueName }) {
  const points = useQueueHistory([queue]);
  return (
    <Columns min={400}>
      <Surface title="Depth" note="The last ten minutes, as far as this page has seen them">
        <SeriesChart
          label={`Waiting and running jobs of ${queue} in the last ten minutes`}
          kind="area"
          points={points}
          series={depth}
          height={190}
          formatAt={formatClockWithSeconds}
          empty="Nothing waited or ran while this page was open. Jobs show here as they come."
        />
      </Surface>
      <Surface title="Wait" note="How long the oldest job has waited">
        <SeriesChart
          label={`Wait of the oldest job of ${queue} in the last ten minutes`}
          kind="area"
          points={points}
          series={wait}
          height={190}
          formatAt={formatClockWithSeconds}
          formatValue={formatSeconds}
          empty="No job had to wait while this page was open."
        />
      </Surface>
    </Columns>
  );
}
