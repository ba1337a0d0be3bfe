import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { queueNames } from "@hivesync/contracts/jobs/job-state";
import type { QueueState } from "@hivesync/contracts/operator";
import { depthOf, useQueueHistory } from "#live/queue-history.ts";
import { formatCount, formatRate, formatSeconds } from "#parts/format.ts";
import { StatTile } from "#parts/stat-tile.tsx";
import { queuesQuery, workersQuery } from "#server/live-queries.ts";

const sum = (queues: readonly QueueState[], read: (queue: QueueState) => number): number =>
  queues.reduce((total, queue) => total + read(queue), 0);

function longestWait(queues: readonly QueueState[]): string {
  const waits = queues.flatMap(({ oldest_waiting_seconds: seconds }) => (seconds === null ? [] : [seconds]));
  return waits.length === 0 ? "Nothing waits" : `The oldest for ${formatSeconds(Math.max(...waits))}`;
}

function failuresHint(queues: readonly QueueState[]): string {
  const worst = queues.toSorted((a, b) => b.failed - a.failed)[0];
  return worst === undefined || worst.failed === 0 ? "None in the last day" : `Most in ${worst.queue}`;
}

/** The four numbers that say how it goes. */
export function Tiles() {
  const queues = useQuery(queuesQuery).data?.items;
  const workers = useQuery(workersQuery).data?.items;
  const history = useQueueHistory(queueNames);
  const places = workers?.reduce((total, { concurrency }) => total + concurrency, 0);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={16}>
      <StatTile
        label="Waiting"
        value={queues && formatCount(sum(queues, depthOf))}
        hint={queues && longestWait(queues)}
        history={history.map(({ waiting }) => waiting)}
        color="var(--chart-wait)"
      />
      <StatTile
        label="Running"
        value={queues && formatCount(sum(queues, ({ active }) => active))}
        hint={places !== undefined && `of ${formatCount(places)} places on ${workers?.length} workers`}
        history={history.map(({ active }) => active)}
      />
      <StatTile
        label="Completed"
        value={queues && formatRate(sum(queues, ({ completed_per_minute: rate }) => rate))}
        unit="a minute"
        hint="Mean of five minutes"
        history={history.map(({ perMinute }) => perMinute)}
        color="var(--chart-good)"
      />
      <StatTile
        label="Failed"
        value={queues && formatCount(sum(queues, ({ failed }) => failed))}
        unit="in 24 h"
        hint={queues && failuresHint(queues)}
      />
    </SimpleGrid>
  );
}
