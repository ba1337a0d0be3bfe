import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { QueueState } from "@hivesync/contracts/operator";
import { Link } from "wouter";
import { depthOf } from "#live/queue-history.ts";
import { DataTable, type Column } from "#parts/data-table.tsx";
import { formatCount, formatRate, formatSeconds } from "#parts/format.ts";
import { LoadBar } from "#parts/load-bar.tsx";
import { Failure } from "#parts/notice.tsx";
import { QueuePill } from "#parts/queue-pill.tsx";
import { Surface } from "#parts/surface.tsx";
import { queuesQuery } from "#server/live-queries.ts";

function columnsFor(deepest: number): Column<QueueState>[] {
  return [
    {
      title: "Queue",
      render: ({ queue }) => (
        <Anchor component={Link} href={`/queues/${queue}`} fw={550} size="sm">
          {queue}
        </Anchor>
      ),
    },
    { title: "State", width: 120, render: (queue) => <QueuePill queue={queue} /> },
    {
      title: "Waiting",
      width: 210,
      render: (queue) => (
        <LoadBar
          calm
          label={`Waiting in ${queue.queue}`}
          share={depthOf(queue) / Math.max(deepest, 1)}
          words={formatCount(depthOf(queue))}
        />
      ),
    },
    { title: "Oldest", width: 100, end: true, render: (queue) => formatSeconds(queue.oldest_waiting_seconds) },
    { title: "Running", width: 84, end: true, render: ({ active }) => formatCount(active) },
    { title: "Per minute", width: 96, end: true, render: (queue) => formatRate(queue.completed_per_minute) },
    { title: "Failed, 24 h", width: 104, end: true, render: ({ failed }) => formatCount(failed) },
    {
      title: "Workers",
      width: 110,
      end: true,
      render: ({ workers, desired_workers: desired }) => (
        <span title={`${workers} take from it; its scaling rule asks for ${desired}`}>
          {workers} of {desired}
        </span>
      ),
    },
  ];
}

/** Every queue in a line. */
export function QueueTable() {
  const { data, error, refetch } = useQuery(queuesQuery);
  const rows = data?.items;
  const deepest = Math.max(0, ...(rows ?? []).map(depthOf));
  return (
    <Surface title="Queues" note="As they stand; workers are those that take from it, of those its rule asks for" flush>
      <DataTable
        label="Queues"
        columns={columnsFor(deepest)}
        rows={rows}
        keyOf={({ queue }) => queue}
        minWidth={860}
        instead={error && !rows ? <Failure error={error} retry={() => void refetch()} /> : undefined}
      />
    </Surface>
  );
}
