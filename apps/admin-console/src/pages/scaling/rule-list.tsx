import { Skeleton } from "@mantine/core";
import { queueNames, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { KeptScalingRule, QueueState } from "@hivesync/contracts/operator";
import { Link } from "wouter";
import { QueuePill } from "#parts/queue-pill.tsx";
import classes from "./scaling.module.css";

interface RuleListProps {
  rules: readonly KeptScalingRule[] | undefined;
  queues: readonly QueueState[] | undefined;
  chosen: QueueName;
}

function inWords({
  min_workers: min,
  max_workers: max,
  concurrency,
  target_wait_seconds: wait,
}: KeptScalingRule): string {
  const workers = min === max ? `${max} ${max === 1 ? "worker" : "workers"}` : `${min} to ${max} workers`;
  return `${workers} · ${concurrency} at once · ${wait} s`;
}

/** Every queue with its rule in short. */
export function RuleList({ rules, queues, chosen }: RuleListProps) {
  return (
    <ul className={classes["rules"]} aria-label="Queues">
      {queueNames.map((name) => {
        const rule = rules?.find(({ queue }) => queue === name);
        const queue = queues?.find((one) => one.queue === name);
        return (
          <li key={name}>
            <Link
              href={`/scaling/${name}`}
              className={classes["rule"]}
              aria-current={name === chosen ? "true" : undefined}
            >
              <strong>{name}</strong>
              {queue && <QueuePill queue={queue} />}
              <small>
                {rule ? inWords(rule) : <Skeleton height={10} width={180} my={4} component="span" display="block" />}
              </small>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
