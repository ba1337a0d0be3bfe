import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import type { QueueState, ScalingRule } from "@hivesync/contracts/operator";
import { desiredWorkers } from "@hivesync/contracts/scaling";
import { formatCount, formatSeconds } from "#parts/format.ts";
import { trpc } from "#server/trpc.ts";
import classes from "./scaling.module.css";

const loads = [10, 100, 1_000];

/** The median run of the last day of the queue's kind of job, as far as one was measured. */
function useRunSeconds(queue: QueueName | undefined): number | undefined {
  const isPreview = queue?.startsWith("preview-") ?? false;
  const isAi = queue?.startsWith("ai-") ?? false;
  const previews = useQuery(trpc.admin.previewStats.queryOptions(undefined, { enabled: isPreview }));
  const ai = useQuery(trpc.admin.aiStats.queryOptions(undefined, { enabled: isAi }));
  return (isPreview ? previews : ai).data?.run_seconds.p50 ?? undefined;
}

interface ForecastProps {
  /** Undefined while the form is not valid. */
  rule: ScalingRule | undefined;
  queue: QueueState | undefined;
}

/** How many workers the rule asks for now, and would under more load. */
export function Forecast({ rule, queue }: ForecastProps) {
  const runSeconds = useRunSeconds(rule?.queue);
  const under = (waiting: number, active: number): string =>
    rule ? formatCount(desiredWorkers(rule, { waiting, active, runSeconds })) : "–";
  const now = queue && under(queue.waiting, queue.active);
  return (
    <section aria-label="What this rule would do">
      <Text size="sm" fw={550} mb={2}>
        What it would do
      </Text>
      <Text size="xs" c="dimmed" mb={8}>
        {runSeconds === undefined
          ? "Workers it asks for; a job is taken to run 3 s, for none was measured of late."
          : `Workers it asks for; a job of this kind ran ${formatSeconds(runSeconds)}, the median of the last day.`}
      </Text>
      <dl className={classes["forecast"]}>
        <div>
          <dt>Now</dt>
          <dd>
            {now ?? "–"} <small>{queue && `has ${formatCount(queue.workers)}`}</small>
          </dd>
        </div>
        {loads.map((waiting) => (
          <div key={waiting}>
            <dt>{formatCount(waiting)} waiting</dt>
            <dd>{under(waiting, queue?.active ?? 0)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
