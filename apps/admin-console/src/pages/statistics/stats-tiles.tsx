import { SimpleGrid } from "@mantine/core";
import type { JobStats } from "@hivesync/contracts/operator";
import { formatCount, formatSeconds } from "#parts/format.ts";
import { StatTile } from "#parts/stat-tile.tsx";

function share(part: number, whole: number): string {
  if (whole === 0) return "–";
  const percent = (part / whole) * 100;
  return `${percent === 0 || percent === 100 ? percent : percent.toFixed(1)} %`;
}

/** A time's numbers in short. */
export function StatsTiles({ stats }: { stats: JobStats | undefined }) {
  const { COMPLETED: completed = 0, FAILED: failed = 0, CANCELLED: cancelled = 0 } = stats?.by_status ?? {};
  const open = stats && stats.by_status.QUEUED + stats.by_status.RUNNING;
  return (
    <SimpleGrid cols={{ base: 2, md: 5 }} spacing={16}>
      <StatTile
        label="Asked for"
        value={stats && formatCount(stats.total)}
        hint={open !== undefined && `${formatCount(open)} open, ${formatCount(cancelled)} cancelled`}
      />
      <StatTile
        label="Completed"
        value={stats && share(completed, completed + failed)}
        hint={stats && `${formatCount(completed)} of ${formatCount(completed + failed)} that ended`}
      />
      <StatTile
        label="Failed"
        value={stats && formatCount(failed)}
        hint={stats && (stats.failures[0]?.code ?? "None did")}
      />
      <StatTile
        label="Wait, median"
        value={stats && formatSeconds(stats.wait_seconds.p50)}
        hint={stats && `95 % within ${formatSeconds(stats.wait_seconds.p95)}`}
      />
      <StatTile
        label="Run, median"
        value={stats && formatSeconds(stats.run_seconds.p50)}
        hint={stats && `95 % within ${formatSeconds(stats.run_seconds.p95)}`}
      />
    </SimpleGrid>
  );
}
