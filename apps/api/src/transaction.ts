import type { Database, Queryable } from "@hivesync/db/client";
import type { EventBus } from "@hivesync/platform/events/event-bus";
import type { BusEvent } from "@hivesync/platform/events/topics";
import type { MeasuredJob, Metrics } from "./metrics/metrics.ts";

/** A transaction that also says what other processes are to be told once it is there to be seen. */
export type Transaction = Queryable & {
  /** Told after the commit, and not at all when it is undone. */
  announce: (...events: BusEvent[]) => void;
  /** Counts a job's end, after the commit as well. */
  measure: (job: MeasuredJob) => void;
};

/** Runs work in one transaction and then tells what it announced. */
export type RunTransaction = <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>;

/** Transactions of a database whose announcements go out over a bus. */
export function createTransact(
  db: Database,
  events: Pick<EventBus, "publish">,
  metrics: Pick<Metrics, "jobEnded">,
): RunTransaction {
  return async (work) => {
    const announced: BusEvent[] = [];
    const measured: MeasuredJob[] = [];
    const result = await db.transaction((transaction) =>
      work(
        Object.assign(transaction, {
          announce: (...more: BusEvent[]) => void announced.push(...more),
          measure: (job: MeasuredJob) => void measured.push(job),
        }),
      ),
    );
    events.publish(announced);
    measured.forEach(metrics.jobEnded);
    return result;
  };
}
