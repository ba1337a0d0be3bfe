import { jobStatuses, type JobStatus } from "@hivesync/contracts/jobs/job-state";
import { SelectFilter } from "#parts/select-filter.tsx";

const options = jobStatuses.map((status) => ({
  value: status,
  label: status.slice(0, 1) + status.slice(1).toLowerCase(),
}));

interface StatusFilterProps {
  value: JobStatus | undefined;
  onChange: (value: JobStatus | undefined) => void;
}

export function StatusFilter({ value, onChange }: StatusFilterProps) {
  return <SelectFilter label="Status" any="Any status" value={value} options={options} onChange={onChange} />;
}
