import { jobStatuses, queueNames } from "@hivesync/contracts/jobs/job-state";
import { jobKindNames } from "@hivesync/contracts/operator";
import { z } from "zod";
import { Page } from "#parts/page.tsx";
import { SearchField } from "#parts/search-field.tsx";
import { SelectFilter } from "#parts/select-filter.tsx";
import { kindWords } from "#parts/tone.tsx";
import { useFilters } from "#parts/use-filters.ts";
import { JobList } from "./job-list.tsx";
import { StatusFilter } from "./status-filter.tsx";

const fields = z.object({
  kind: z.enum(jobKindNames).optional(),
  status: z.enum(jobStatuses).optional(),
  queue: z.enum(queueNames).optional(),
  user_id: z.uuid().optional(),
});

const kindOptions = jobKindNames.map((kind) => ({ value: kind, label: kindWords[kind] }));
const queueOptions = queueNames
  .filter((queue) => queue !== "maintenance")
  .map((queue) => ({ value: queue, label: queue }));

/** Jobs of every queue. */
export function JobsPage() {
  const [filters, change] = useFilters(fields);
  const { kind, status, queue, user_id: userId } = filters;
  return (
    <Page
      title="Jobs"
      note="Every preview, AI job and repository sync"
      actions={
        <>
          <SearchField
            isMain
            label="Asked for by"
            placeholder="Id of a user"
            value={userId ?? ""}
            onChange={(typed) => change({ user_id: typed })}
          />
          <SelectFilter
            label="Kind"
            any="Any kind"
            value={kind}
            options={kindOptions}
            onChange={(chosen) => change({ kind: chosen })}
            width={130}
          />
          <StatusFilter value={status} onChange={(chosen) => change({ status: chosen })} />
          <SelectFilter
            label="Queue"
            any="Any queue"
            value={queue}
            options={queueOptions}
            onChange={(chosen) => change({ queue: chosen })}
          />
        </>
      }
    >
      <JobList
        filters={filters}
        title={userId === undefined ? "Jobs" : "Jobs of one user"}
        withQueue
        empty="Jobs stand here as soon as somebody asks for one, until they expire."
      />
    </Page>
  );
}
