import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { jobStatuses, queueNames } from "@hivesync/contracts/jobs/job-state";
import SlidersHorizontal from "lucide-react/icons/sliders-horizontal";
import { Link, useParams } from "wouter";
import { z } from "zod";
import { Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { useFilters } from "#parts/use-filters.ts";
import { queuesQuery } from "#server/live-queries.ts";
import { JobList } from "./job-list.tsx";
import { PauseButton } from "./pause-button.tsx";
import { QueueCards } from "./queue-cards.tsx";
import { QueueCharts } from "./queue-charts.tsx";
import { QueueFacts } from "./queue-facts.tsx";
import { StatusFilter } from "./status-filter.tsx";

const fields = z.object({ status: z.enum(jobStatuses).optional() });

/** All queues in short, and one of them whole. */
export function QueuesPage() {
  const { queue: named } = useParams();
  const name = queueNames.find((queue) => queue === named) ?? queueNames[0];
  const { data, error, refetch } = useQuery(queuesQuery);
  const [{ status }, change] = useFilters(fields);
  const queue = data?.items.find((one) => one.queue === name);
  return (
    <Page
      title="Queues"
      note="What waits, what runs, and what can be done about it"
      actions={
        <>
          <Button
            component={Link}
            href={`/scaling/${name}`}
            variant="default"
            leftSection={<SlidersHorizontal size={15} aria-hidden />}
          >
            Scaling rule
          </Button>
          <PauseButton queue={queue} />
        </>
      }
    >
      <QueueCards queues={data?.items} chosen={name} />
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <>
          <QueueFacts queue={queue} />
          <QueueCharts queue={name} />
          {name === "maintenance" ? null : (
            <JobList
              key={name}
              filters={{ queue: name, status }}
              title={`Jobs of ${name}`}
              actions={<StatusFilter value={status} onChange={(chosen) => change({ status: chosen })} />}
              empty="Jobs of this queue stand here as they come, until they expire."
            />
          )}
        </>
      )}
    </Page>
  );
}
