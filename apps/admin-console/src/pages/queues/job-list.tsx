import type { JobStatus, QueueName } from "@hivesync/contracts/jobs/job-state";
import type { JobKindName } from "@hivesync/contracts/operator";
import Inbox from "lucide-react/icons/inbox";
import { useState, type ReactNode } from "react";
import { DataTable } from "#parts/data-table.tsx";
import { MoreRows } from "#parts/more-rows.tsx";
import { Empty, Failure } from "#parts/notice.tsx";
import { Surface } from "#parts/surface.tsx";
import { useCursorList } from "#parts/use-cursor-list.ts";
import type { JobRow } from "#server/rows.ts";
import { client, trpc } from "#server/trpc.ts";
import { JobDetails } from "./job-details.tsx";
import { useJobColumns } from "./use-job-columns.tsx";

interface JobFilters {
  kind?: JobKindName | undefined;
  status?: JobStatus | undefined;
  queue?: QueueName | undefined;
  user_id?: string | undefined;
}

interface JobListProps {
  filters: JobFilters;
  title: string;
  actions?: ReactNode;
  withQueue?: boolean;
  /** Said where there is none. */
  empty: string;
}

// Jobs are not on the stream; log links live five minutes.
const refetchMs = 5_000;

/** Jobs, newest first, with what can be done with each. */
export function JobList({ filters, title, actions, withQueue = false, empty }: JobListProps) {
  const { kind, status, queue, user_id: userId } = filters;
  const input = {
    limit: 25,
    ...(kind && { kind }),
    ...(status && { status }),
    ...(queue && { queue }),
    ...(userId && { user_id: userId }),
  };
  const { rows, failure, more } = useCursorList({
    key: [...trpc.admin.listJobs.pathKey(), input],
    read: (cursor, signal) => client.admin.listJobs.query({ ...input, ...cursor }, { signal }),
    refetchInterval: refetchMs,
  });
  const [openId, setOpenId] = useState<string>();
  const instead = failure ? (
    <Failure {...failure} />
  ) : rows?.length === 0 ? (
    <Empty icon={Inbox} title="No job is like that">
      {empty}
    </Empty>
  ) : undefined;
  return (
    <Surface title={title} note="Newest first" actions={actions} flush>
      <DataTable
        label={title}
        columns={useJobColumns({ withQueue, onOpen: ({ job_id: id }) => setOpenId(id) })}
        rows={rows}
        keyOf={({ job_id: id }: JobRow) => id}
        expectedRows={10}
        minWidth={withQueue ? 760 : 700}
        instead={instead}
        onOpen={({ job_id: id }) => setOpenId(id)}
      />
      <MoreRows {...more} />
      <JobDetails job={rows?.find(({ job_id: id }) => id === openId)} onClose={() => setOpenId(undefined)} />
    </Surface>
  );
}
