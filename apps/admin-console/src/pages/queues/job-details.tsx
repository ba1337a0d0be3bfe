import { Anchor, Code } from "@mantine/core";
import { Link } from "wouter";
import { Details, Json } from "#parts/details.tsx";
import { useLast } from "#parts/use-last.ts";
import { formatSeconds, secondsBetween } from "#parts/format.ts";
import { JobStatusPill, kindWords } from "#parts/tone.tsx";
import { Exactly } from "#parts/when.tsx";
import type { JobRow } from "#server/rows.ts";
import { JobActions } from "./job-actions.tsx";

const exact = (at: string | null) => at && <Exactly key={at} at={at} />;

function rowsOf(job: JobRow) {
  const { created_at: asked, started_at: started, completed_at: ended } = job;
  return [
    ["Status", <JobStatusPill key="status" status={job.status} />],
    ["Id", <Code key="id">{job.job_id}</Code>],
    ["Queue", job.queue],
    ["Priority", String(job.priority)],
    ["Attempt", String(job.attempt)],
    [
      "Asked for by",
      job.requested_by && (
        <Anchor key="by" component={Link} href={`/users?q=${job.requested_by}`} size="sm">
          {job.requested_by}
        </Anchor>
      ),
    ],
    ["Project", <Code key="project">{job.project_id}</Code>],
    ["Retry of", job.retried_from && <Code key="of">{job.retried_from}</Code>],
    ["Asked for", exact(asked)],
    ["Dispatched", exact(job.dispatched_at)],
    ["Started", exact(started)],
    ["Ended", exact(ended)],
    ["Waited", started && formatSeconds(secondsBetween(asked, started))],
    ["Ran", ended && started && formatSeconds(secondsBetween(started, ended))],
    ["Error", job.error && `${job.error.code}: ${job.error.message}`],
  ] as const;
}

interface JobDetailsProps {
  job: JobRow | undefined;
  onClose: () => void;
}

/** All that is known of a job. */
export function JobDetails({ job, onClose }: JobDetailsProps) {
  const shown = useLast(job);
  if (!shown) return null;
  return (
    <Details title={kindWords[shown.kind]} opened={job !== undefined} onClose={onClose} rows={rowsOf(shown)}>
      {shown.error?.details !== null && shown.error?.details !== undefined && (
        <Json label="Details of the error" value={shown.error.details} />
      )}
      <div style={{ marginTop: 16 }}>
        <JobActions job={shown} />
      </div>
    </Details>
  );
}
