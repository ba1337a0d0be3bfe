import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { LiveWorker } from "@hivesync/contracts/operator";
import ServerOff from "lucide-react/icons/server-off";
import { DataTable } from "#parts/data-table.tsx";
import { formatCount } from "#parts/format.ts";
import { Empty, Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { StatTile } from "#parts/stat-tile.tsx";
import { Surface } from "#parts/surface.tsx";
import { workersQuery } from "#server/live-queries.ts";
import { workerColumns } from "./worker-columns.tsx";

const sum = (workers: readonly LiveWorker[], read: (worker: LiveWorker) => number): number =>
  workers.reduce((total, worker) => total + read(worker), 0);

function WorkerTiles({ workers }: { workers: readonly LiveWorker[] | undefined }) {
  const gpus = workers?.filter(({ gpu }) => gpu?.mode === "cuda").length;
  const software = workers?.filter(({ gpu }) => gpu?.mode === "software").length ?? 0;
  const places = workers && sum(workers, ({ concurrency }) => concurrency);
  const busy = workers && sum(workers, ({ active }) => active);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={16}>
      <StatTile
        label="Workers alive"
        value={workers && formatCount(workers.length)}
        hint={workers && `on ${formatCount(new Set(workers.map(({ host }) => host)).size)} hosts`}
      />
      <StatTile
        label="Places"
        value={places !== undefined ? formatCount(places) : undefined}
        hint="Jobs that can run at once"
      />
      <StatTile
        label="Busy"
        value={
          places !== undefined && busy !== undefined ? `${Math.round((busy / Math.max(places, 1)) * 100)} %` : undefined
        }
        hint={busy !== undefined && `${formatCount(busy)} jobs run now`}
      />
      <StatTile
        label="GPUs"
        value={gpus !== undefined ? formatCount(gpus) : undefined}
        hint={
          software > 0 ? `${software} GPU ${software === 1 ? "worker" : "workers"} in software` : "Workers with a GPU"
        }
      />
    </SimpleGrid>
  );
}

export function WorkersPage() {
  const { data, error, refetch } = useQuery(workersQuery);
  const rows = data?.items;
  const instead =
    error && !rows ? (
      <Failure error={error} retry={() => void refetch()} />
    ) : rows?.length === 0 ? (
      <Empty icon={ServerOff} title="No worker is alive">
        Jobs are accepted and wait. Workers stand here within seconds of their start; pnpm start:worker-cpu starts one.
      </Empty>
    ) : undefined;
  return (
    <Page title="Workers" note="Who works on the queues now; one that says nothing for ten seconds is gone">
      <WorkerTiles workers={rows} />
      <Surface title="Alive" flush>
        <DataTable
          label="Workers"
          columns={workerColumns}
          rows={rows}
          keyOf={({ id }) => id}
          expectedRows={4}
          minWidth={760}
          instead={instead}
        />
      </Surface>
    </Page>
  );
}
