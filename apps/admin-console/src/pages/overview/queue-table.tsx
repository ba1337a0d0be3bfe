import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { QueueState } from "@hivesync/contracts/operator";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { depthOf } from "#live/queue-history.ts";
import { DataTable, type Column } from "#parts/data-table.tsx";
import { formatCount, formatRate, formatSeconds } from "#parts/format.ts";
import { LoadBar } from "#parts/load-bar.tsx";
import { Failure } from "#parts/notice.tsx";
import { QueuePill } from "#parts/queue-pill.tsx";
import { Surface } from "#parts/surface.tsx";
import { queuesQuery } from "#server/live-queries.ts";

function Dim({ children }: { children: ReactNode }) {
  return <span style={{ color: "var(--mantine-color-dimmed)" }}>{children}</span>;
}

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
    { title: "State", width: 112, render: (queue) => <QueuePill queue={queue} /> },
    {
      title: "Waiting",
      width: 140,
      render: (queue) => (
        <LoadBar
          color="var(--chart-wait)"
          label={`Waiting in ${queue.queue}`}
          share={depthOf(queue) / Math.max(deepest, 1)}
          words={formatCount(depthOf(queue))}
        />
      ),
    },
    { title: "Oldest", width: 92, end: true, render: (queue) => formatSeconds(queue.oldest_waiting_seconds) },
    { title: "Running", width: 76, end: true, render: ({ active }) => formatCount(active) },
    {
      title: "Per minute",
      width: 96,
      end: true,
      isExtra: true,
      render: (queue) => formatRate(queue.completed_per_minute),
    },
    { title: "Failed, 24 h", width: 98, end: true, render: ({ failed }) => formatCount(failed) },
    {
      title: "Workers",
      width: 120,
      end: true,
      render: ({ workers, desired_workers: desired }) => (
        <span title={`${workers} take from it; its scaling rule asks for ${desired}`}>
          {workers !== desired && <Dim>wants {desired} · </Dim>}
          {workers}
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
    <Surface title="Queues" note="As they stand; a rule that wants more or fewer workers than there are says so" flush>
      <DataTable
        label="Queues"
        columns={columnsFor(deepest)}
        rows={rows}
        keyOf={({ queue }) => queue}
        minWidth={780}
        instead={error && !rows ? <Failure error={error} retry={() => void refetch()} /> : undefined}
      />
    </Surface>
  );
}
