import type { QueueState } from "@hivesync/contracts/operator";
import { depthOf } from "#live/queue-history.ts";
import { Pill } from "./tone.tsx";

/** A queue's state in a word. */
export function QueuePill({ queue }: { queue: QueueState }) {
  if (queue.paused)
    return (
      <Pill tone="wait" hollow>
        Paused
      </Pill>
    );
  if (queue.workers === 0)
    return (
      <Pill tone={depthOf(queue) > 0 ? "bad" : "quiet"} hollow>
        No worker
      </Pill>
    );
  return queue.active > 0 ? <Pill tone="busy">Working</Pill> : <Pill tone="good">Idle</Pill>;
}
