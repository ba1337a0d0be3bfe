import { Skeleton } from "@mantine/core";
import { queueNames, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { QueueState } from "@hivesync/contracts/operator";
import { Link } from "wouter";
import { depthOf } from "#live/queue-history.ts";
import { formatCount } from "#parts/format.ts";
import { QueuePill } from "#parts/queue-pill.tsx";
import classes from "./queue-cards.module.css";

interface QueueCardsProps {
  queues: readonly QueueState[] | undefined;
  chosen: QueueName;
}

/** Every queue in short; the choice of the one that the page is about. */
export function QueueCards({ queues, chosen }: QueueCardsProps) {
  return (
    <ul className={classes["cards"]} aria-label="Queues">
      {queueNames.map((name) => {
        const queue = queues?.find((one) => one.queue === name);
        return (
          <li key={name}>
            <Link
              href={`/queues/${name}`}
              className={classes["card"]}
              aria-current={name === chosen ? "true" : undefined}
            >
              <span className={classes["name"]}>{name}</span>
              <span className={classes["numbers"]}>
                {queue ? (
                  <>
                    <strong>{formatCount(depthOf(queue))}</strong> waiting
                  </>
                ) : (
                  <Skeleton height={16} width={70} component="span" display="block" />
                )}
              </span>
              {queue ? (
                <QueuePill queue={queue} />
              ) : (
                <Skeleton height={12} width={50} component="span" display="block" />
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
