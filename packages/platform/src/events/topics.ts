import { jobStatuses, queueNames } from "@hivesync/contracts/jobs/job-state";
import { notification, progressEvent } from "@hivesync/contracts/resources/notifications";
import { jobProgress } from "@hivesync/contracts/resources/previews";
import { id } from "@hivesync/contracts/values";
import { z } from "zod";

/** How a preview that is not at its end comes along. */
const previewProgress = z.strictObject({
  job_id: id,
  project_id: id,
  status: z.enum(jobStatuses),
  progress: jobProgress.nullable(),
});

/**
 * What processes tell each other, by kind of topic. None of it is the truth, which is in the database: a message that is lost delays, and loses nothing.
 */
export const topics = {
  /** To whoever streams a user's notifications. `key` is the user. */
  user: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("notification"), seq: z.int().min(1), notification }),
    progressEvent,
  ]),
  /** To whoever streams a preview. `key` is the job; its row says the rest. */
  preview: z.discriminatedUnion("type", [
    previewProgress.extend({ type: z.literal("progress") }),
    z.strictObject({ type: z.literal("ended") }),
  ]),
  /** To whoever streams an older preview of the project that `key` names: a newer one is ready, or has failed. */
  project: z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("preview_completed"), job_id: id }),
    z.strictObject({ type: z.literal("preview_failed"), job_id: id }),
  ]),
  /** To every API process; `key` is "all". Their cached states of these sessions are out of date. */
  sessions: z.strictObject({ session_ids: z.array(id) }),
  /** To every worker; `key` is "all". Whoever runs the job stops. */
  cancel: z.strictObject({ job_id: id }),
  /** To every worker; `key` is "all". The scaling rule of the queue is another. */
  scaling: z.strictObject({ queue: z.enum(queueNames) }),
} as const;

export type TopicName = keyof typeof topics;
export type Message<Name extends TopicName> = z.output<(typeof topics)[Name]>;

/** A message on its way. */
export type BusEvent = {
  [Name in TopicName]: { topic: Name; key: string; message: Message<Name> };
}[TopicName];

/** The key of topics that everyone hears. */
export const everyone = "all";
