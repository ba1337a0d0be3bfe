import { Text, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import type { Column } from "#parts/data-table.tsx";
import { formatSeconds, secondsBetween } from "#parts/format.ts";
import { JobStatusPill, kindWords } from "#parts/tone.tsx";
import { When } from "#parts/when.tsx";
import type { JobRow } from "#server/rows.ts";
import { JobActions } from "./job-actions.tsx";

interface JobColumns {
  withQueue: boolean;
  onOpen: (job: JobRow) => void;
}

function Outcome({ error }: JobRow) {
  if (!error) return <Text c="dimmed">–</Text>;
  return (
    <span title={`${error.code}: ${error.message}`} style={{ color: "var(--tone-bad)" }}>
      {error.message}
    </span>
  );
}

const queueColumn: Column<JobRow> = { title: "Queue", width: 110, render: ({ queue }) => queue };

/** What is shown of a job. */
export function useJobColumns({ withQueue, onOpen }: JobColumns): Column<JobRow>[] {
  return useMemo(
    () => [
      {
        title: "Job",
        width: 100,
        render: (job) => (
          <UnstyledButton
            size="sm"
            fz="sm"
            fw={550}
            aria-label={`Details of the ${kindWords[job.kind]} ${job.job_id.slice(-8)}`}
            onClick={() => onOpen(job)}
          >
            {kindWords[job.kind]}
          </UnstyledButton>
        ),
      },
      { title: "Status", width: 112, render: ({ status }) => <JobStatusPill status={status} /> },
      ...(withQueue ? [queueColumn] : []),
      { title: "Asked for", width: 100, render: ({ created_at: at }) => <When at={at} /> },
      {
        title: "Waited",
        isExtra: true,
        width: 84,
        end: true,
        render: ({ created_at: from, started_at: to }) => formatSeconds(secondsBetween(from, to)),
      },
      {
        title: "Ran",
        isExtra: true,
        width: 84,
        end: true,
        render: ({ started_at: from, completed_at: to }) => formatSeconds(secondsBetween(from, to)),
      },
      { title: "Attempt", isExtra: true, width: 74, end: true, render: ({ attempt }) => attempt },
      { title: "Error", render: (job) => <Outcome {...job} /> },
      { title: "Actions", titleUnseen: true, width: 180, end: true, render: (job) => <JobActions job={job} /> },
    ],
    [onOpen, withQueue],
  );
}
