import { SimpleGrid } from "@mantine/core";
import type { QueueState } from "@hivesync/contracts/operator";
import { formatCount, formatRate, formatSeconds } from "#parts/format.ts";
import { StatTile } from "#parts/stat-tile.tsx";

/** What a queue's numbers are at this moment. */
export function QueueFacts({ queue }: { queue: QueueState | undefined }) {
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={16}>
      <StatTile
        label="Oldest waits for"
        value={queue && formatSeconds(queue.oldest_waiting_seconds)}
        hint={
          queue &&
          `${formatCount(queue.waiting)} at hand, ${formatCount(queue.undispatched)} wait for their user's turn`
        }
      />
      <StatTile
        label="Running"
        value={queue && formatCount(queue.active)}
        hint={
          queue &&
          (queue.delayed > 0 ? `${formatCount(queue.delayed)} to be tried again later` : "None is to be tried again")
        }
      />
      <StatTile
        label="Completed"
        value={queue && formatRate(queue.completed_per_minute)}
        unit="a minute"
        hint={queue && `${formatCount(queue.failed)} failed in the last day`}
      />
      <StatTile
        label="Workers"
        value={queue && formatCount(queue.workers)}
        hint={queue && `The scaling rule asks for ${formatCount(queue.desired_workers)}`}
      />
    </SimpleGrid>
  );
}
