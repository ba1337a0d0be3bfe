import type { JobStats } from "@hivesync/contracts/operator";
import UsersRound from "lucide-react/icons/users-round";
import { DataTable, type Column } from "#parts/data-table.tsx";
import { formatCount } from "#parts/format.ts";
import { LoadBar } from "#parts/load-bar.tsx";
import { Empty } from "#parts/notice.tsx";
import { Surface } from "#parts/surface.tsx";
import { TierTag } from "#parts/tone.tsx";

type TierRow = JobStats["by_tier"][number];

function columnsFor(total: number): Column<TierRow>[] {
  return [
    { title: "Tier", width: 190, render: ({ tier }) => <TierTag tier={tier} /> },
    {
      title: "Of all",
      render: ({ tier, total: ofTier }) => {
        const share = ofTier / Math.max(total, 1);
        return (
          <LoadBar
            color="var(--chart-busy)"
            label={`Share of ${tier ?? "users who are gone"}`}
            share={share}
            words={`${Math.round(share * 100)} %`}
          />
        );
      },
    },
    { title: "Asked for", width: 120, end: true, render: ({ total: ofTier }) => formatCount(ofTier) },
    { title: "Failed", width: 100, end: true, render: ({ failed }) => formatCount(failed) },
  ];
}

interface TierTableProps {
  stats: JobStats | undefined;
  jobs: string;
}

/** Who asked. */
export function TierTable({ stats, jobs }: TierTableProps) {
  const rows = stats?.by_tier;
  return (
    <Surface title="By tier" note="The tier that whoever asked has now" flush>
      <DataTable
        label={`${jobs} by tier`}
        columns={columnsFor(stats?.total ?? 0)}
        rows={rows}
        keyOf={({ tier }) => tier ?? "gone"}
        expectedRows={3}
        minWidth={560}
        instead={
          rows?.length === 0 ? (
            <Empty icon={UsersRound} title="Nobody asked">
              {`The tiers of those who ask for ${jobs} stand here.`}
            </Empty>
          ) : undefined
        }
      />
    </Surface>
  );
}
