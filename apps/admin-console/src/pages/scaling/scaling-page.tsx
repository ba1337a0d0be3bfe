import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { queueNames } from "@hivesync/contracts/jobs/job-state";
import { useParams } from "wouter";
import { Failure } from "#parts/notice.tsx";
import { Page } from "#parts/page.tsx";
import { queuesQuery } from "#server/live-queries.ts";
import { trpc } from "#server/trpc.ts";
import { RuleForm } from "./rule-form.tsx";
import { RuleList } from "./rule-list.tsx";
import classes from "./scaling.module.css";

export function ScalingPage() {
  const { queue: named } = useParams();
  const name = queueNames.find((queue) => queue === named) ?? queueNames[0];
  const { data, error, refetch } = useQuery(trpc.admin.getScaling.queryOptions());
  const queues = useQuery(queuesQuery).data?.items;
  const rule = data?.items.find(({ queue }) => queue === name);
  return (
    <Page title="Scaling" note="How each queue is worked on; running workers follow a change within five seconds">
      {error && !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <div className={classes["panes"]}>
          <RuleList rules={data?.items} queues={queues} chosen={name} />
          {rule ? (
            // Another rule, or a newer one of the same, is another form.
            <RuleForm
              key={`${name} ${rule.updated_at}`}
              rule={rule}
              queue={queues?.find(({ queue }) => queue === name)}
            />
          ) : (
            <Skeleton height={560} radius="lg" />
          )}
        </div>
      )}
    </Page>
  );
}
