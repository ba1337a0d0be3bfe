import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import Ban from "lucide-react/icons/ban";
import FileText from "lucide-react/icons/file-text";
import RotateCw from "lucide-react/icons/rotate-cw";
import { useConfirm } from "#parts/confirm.tsx";
import { kindWords } from "#parts/tone.tsx";
import type { JobRow } from "#server/rows.ts";
import { trpc } from "#server/trpc.ts";

const icon = { size: 14, "aria-hidden": true } as const;
const small = { size: "compact-xs", variant: "default", flex: "none" } as const;

function useJobMutations() {
  const client = useQueryClient();
  const retry = useMutation(trpc.admin.retryJob.mutationOptions());
  const cancel = useMutation(trpc.admin.cancelJob.mutationOptions());
  const thenRead = async (change: Promise<unknown>): Promise<void> => {
    await change;
    await client.invalidateQueries({ queryKey: trpc.admin.listJobs.pathKey() });
  };
  return {
    retry: (id: string) => thenRead(retry.mutateAsync({ id })),
    cancel: (id: string) => thenRead(cancel.mutateAsync({ id })),
  };
}

/** What can be done with a job in its state. */
export function JobActions({ job }: { job: JobRow }) {
  const { job_id: id, kind, status, logs_url: log } = job;
  const confirm = useConfirm();
  const { retry, cancel } = useJobMutations();
  const name = `${kindWords[kind]} ${id.slice(-8)}`;
  const askRetry = (): void =>
    confirm({
      title: "Do this job once more?",
      text: "A new job is made of it, in the name of whoever asked for it and past their limits. They are told when it ends.",
      action: "Retry",
      run: () => retry(id),
      done: "The job is queued once more.",
    });
  const askCancel = (): void =>
    confirm({
      title: "Cancel this job?",
      text: "It stops, or is not begun. What it made so far is not kept.",
      action: "Cancel the job",
      isDangerous: true,
      run: () => cancel(id),
      done: "The job is cancelled.",
    });
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      {log !== null && (
        <Button
          {...small}
          component="a"
          href={log}
          target="_blank"
          rel="noreferrer"
          leftSection={<FileText {...icon} />}
          aria-label={`Log of ${name}`}
        >
          Log
        </Button>
      )}
      {endedStatuses.includes(status) ? (
        <Button {...small} leftSection={<RotateCw {...icon} />} aria-label={`Retry ${name}`} onClick={askRetry}>
          Retry
        </Button>
      ) : (
        <Button {...small} leftSection={<Ban {...icon} />} aria-label={`Cancel ${name}`} onClick={askCancel}>
          Cancel
        </Button>
      )}
    </Group>
  );
}
