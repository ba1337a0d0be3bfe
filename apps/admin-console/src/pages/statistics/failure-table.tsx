import type { JobStats } from "@hivesync/contracts/operator";
import PartyPopper from "lucide-react/icons/party-popper";
import { DataTable, type Column } from "#parts/data-table.tsx";
import { formatCount } from "#parts/format.ts";
import { LoadBar } from "#parts/load-bar.tsx";
import { Empty } from "#parts/notice.tsx";
import { Surface } from "#parts/surface.tsx";
import { Tag } from "#parts/tone.tsx";

type Failure = JobStats["failures"][number];

function columnsFor(failed: number): Column<Failure>[] {
  return [
    { title: "Code", width: 190, render: ({ code }) => <Tag tone="bad">{code}</Tag> },
    { title: "What was told", render: ({ message }) => <span title={message}>{message}</span> },
    {
      title: "Of all failures",
      width: 180,
      render: ({ code, count }) => {
        const share = count / Math.max(failed, 1);
        return (
          <LoadBar
            color="var(--chart-bad)"
            label={`Share of ${code}`}
            share={share}
            words={`${Math.round(share * 100)} %`}
          />
        );
      },
    },
    { title: "Count", width: 90, end: true, render: ({ count }) => formatCount(count) },
  ];
}

interface FailureTableProps {
  stats: JobStats | undefined;
  jobs: string;
}

/** Why jobs failed, the most frequent first. */
export function FailureTable({ stats, jobs }: FailureTableProps) {
  const rows = stats?.failures;
  return (
    <Surface title="Why some failed" note="The twenty most frequent reasons" flush>
      <DataTable
        label={`Reasons why ${jobs} failed`}
        columns={columnsFor(stats?.by_status.FAILED ?? 0)}
        rows={rows}
        keyOf={({ code, message }) => `${code} ${message}`}
        expectedRows={4}
        minWidth={720}
        instead={
          rows?.length === 0 ? (
            <Empty icon={PartyPopper} title="Nothing failed">
              {`When ${jobs} of the chosen time fail, their reasons stand here.`}
            </Empty>
          ) : undefined
        }
      />
    </Surface>
  );
}
