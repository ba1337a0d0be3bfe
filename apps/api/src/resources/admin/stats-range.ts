import { maxStatsBuckets, type StatsBucket } from "@hivesync/contracts/operator";
import { invalidField } from "@hivesync/platform/app-error";

const bucketMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const satisfies Record<StatsBucket, number>;

/** What was asked for, before what was left out is filled in. */
export interface AskedRange {
  from?: string | undefined;
  to?: string | undefined;
  bucket: StatsBucket;
}

/** From `from` to before `to`, in UTC. */
export interface StatsRange {
  from: string;
  to: string;
  bucket: StatsBucket;
}

/** @throws AppError VALIDATION_ERROR when it is no range, or one of too many steps */
export function toStatsRange({ from, to, bucket }: AskedRange): StatsRange {
  const end = to === undefined ? Date.now() : Date.parse(to);
  const start = from === undefined ? end - bucketMs.day : Date.parse(from);
  if (start >= end) throw invalidField("from", "must be before `to`");
  const length = bucketMs[bucket];
  // Each step that some of the range lies in; steps begin at full minutes, hours and days of UTC.
  const steps = Math.ceil(end / length) - Math.floor(start / length);
  if (steps > maxStatsBuckets)
    throw invalidField("bucket", `makes ${steps} steps of this range; ${maxStatsBuckets} are the most`);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString(), bucket };
}
