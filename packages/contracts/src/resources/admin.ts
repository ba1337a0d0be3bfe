import { z } from "zod";
import { siteAdmin } from "../access.ts";
import { mutation, query, subscription } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import {
  exampleAuditEntry,
  exampleGrace,
  exampleJob,
  exampleQueue,
  exampleRule,
  exampleStats,
  exampleWorker,
} from "../examples/admin.ts";
import { jobStatuses, queueNames } from "../jobs/job-state.ts";
import {
  adminEvent,
  adminJob,
  adminUser,
  auditEntry,
  changedJob,
  jobKindNames,
  jobStats,
  keptScalingRule,
  liveWorker,
  maxStatsBuckets,
  queueState,
  scalingRule,
  statsBuckets,
} from "../operator.ts";
import { onlyPage, pageInput, pageOf } from "../pagination.ts";
import { tiers } from "../tiers.ts";
import { id, text, timestamp } from "../values.ts";

// The database knows no year 0, and nothing here is older than this.
const moment = timestamp.refine((at) => at >= "1970", "must not be before 1970");

const timeRange = {
  from: moment.optional().meta({ description: "A day before `to` when absent." }),
  to: moment.optional().meta({ description: "Now when absent." }),
};

const statsInput = z.strictObject({
  ...timeRange,
  bucket: z
    .enum(statsBuckets)
    .default("hour")
    .meta({ description: `The step of the series, in UTC. A range has at most ${maxStatsBuckets}.` }),
});

export const admin = {
  listUsers: query({
    rest: "GET /admin/users",
    summary: "The users, newest first.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({
      ...pageInput,
      q: text(255).optional().meta({ description: "How the email address or the username begins, or the whole id." }),
      tier: z.enum(tiers).optional(),
      disabled: z.boolean().optional(),
    }),
    output: pageOf(adminUser),
    example: { input: { q: "grace" }, output: onlyPage([exampleGrace]) },
    errors: [],
  }),
  setTier: mutation({
    rest: "POST /admin/users/{id}/tier",
    summary:
      "Gives a user another tier, which holds from the next request on. The last Admin stays. The user is notified.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({ id, tier: z.enum(tiers) }),
    output: adminUser,
    example: { input: { id: exampleIds.grace, tier: "Pro" }, output: exampleGrace },
    errors: ["NOT_FOUND", "CONFLICT"],
  }),
  disableUser: mutation({
    rest: "POST /admin/users/{id}/disable",
    summary: "Ends a user's sessions and lets nobody sign in as them. Oneself and the last Admin stay.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({ id }),
    output: adminUser,
    example: {
      input: { id: exampleIds.grace },
      output: { ...exampleGrace, disabled_at: "2026-11-22T12:00:00.000Z" },
    },
    errors: ["NOT_FOUND", "CONFLICT"],
  }),
  enableUser: mutation({
    rest: "POST /admin/users/{id}/enable",
    summary: "Lets a disabled user sign in again.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({ id }),
    output: adminUser,
    example: { input: { id: exampleIds.grace }, output: exampleGrace },
    errors: ["NOT_FOUND"],
  }),
  listWorkers: query({
    rest: "GET /admin/workers",
    summary: "The workers that are alive.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(liveWorker) }),
    example: { input: {}, output: { items: [exampleWorker] } },
    errors: [],
  }),
  queueStats: query({
    rest: "GET /admin/queues",
    summary: "Every queue as it stands.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(queueState) }),
    example: { input: {}, output: { items: [exampleQueue] } },
    errors: [],
  }),
  previewStats: query({
    rest: "GET /admin/stats/previews",
    summary: "Previews of a time: how many came to which end, how long they waited and ran, why they failed.",
    access: siteAdmin,
    rate: "general",
    input: statsInput,
    output: jobStats,
    example: { input: { from: exampleStats.from, to: exampleStats.to }, output: exampleStats },
    errors: [],
  }),
  aiStats: query({
    rest: "GET /admin/stats/ai",
    summary: "The same of AI jobs.",
    access: siteAdmin,
    rate: "general",
    input: statsInput,
    output: jobStats,
    example: { input: { from: exampleStats.from, to: exampleStats.to }, output: exampleStats },
    errors: [],
  }),
  listJobs: query({
    rest: "GET /admin/jobs",
    summary: "Jobs of every kind, newest first.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({
      ...pageInput,
      kind: z.enum(jobKindNames).optional(),
      status: z.enum(jobStatuses).optional(),
      queue: z.enum(queueNames).optional(),
      user_id: id.optional().meta({ description: "Who asked for them." }),
    }),
    output: pageOf(adminJob),
    example: { input: { kind: "preview", status: "FAILED" }, output: onlyPage([exampleJob]) },
    errors: [],
  }),
  retryJob: mutation({
    rest: "POST /admin/jobs/{id}/retry",
    summary:
      "Does a job that has ended once more: a new one, in the name of whoever asked for it and past their limits.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({ id }),
    output: changedJob,
    example: {
      input: { id: exampleIds.failedPreview },
      output: { job_id: exampleIds.runningPreview, kind: "preview", status: "QUEUED" },
    },
    errors: ["NOT_FOUND", "CONFLICT"],
    status: 202,
    // As of the kinds' own retries: each file may be looked for in storage.
    timeoutMs: 60_000,
  }),
  cancelJob: mutation({
    rest: "POST /admin/jobs/{id}/cancel",
    summary: "Stops a job that has not ended.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({ id }),
    output: changedJob,
    example: {
      input: { id: exampleIds.runningPreview },
      output: { job_id: exampleIds.runningPreview, kind: "preview", status: "CANCELLED" },
    },
    errors: ["NOT_FOUND", "CONFLICT"],
  }),
  audit: query({
    rest: "GET /admin/audit",
    summary:
      "What happened, newest first. With `Accept: application/x-ndjson` all of it as one JSON object a line, however much it is.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({
      ...pageInput,
      event_type: text(80).optional(),
      user_id: id.optional().meta({ description: "Whom it concerns." }),
      actor_id: id.optional().meta({ description: "Who did it." }),
      project_id: id.optional(),
      from: moment.optional().meta({ description: "From this moment on." }),
      to: moment.optional().meta({ description: "Before this moment." }),
    }),
    output: pageOf(auditEntry),
    exports: "ndjson",
    example: { input: { event_type: "tier_changed" }, output: onlyPage([exampleAuditEntry]) },
    errors: [],
  }),
  getScaling: query({
    rest: "GET /admin/scaling",
    summary: "The scaling rule of every queue.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(keptScalingRule) }),
    example: { input: {}, output: { items: [exampleRule] } },
    errors: [],
  }),
  updateScaling: mutation({
    rest: "POST /admin/scaling",
    summary: "Sets the scaling rule of a queue. Running workers follow it within five seconds.",
    access: siteAdmin,
    rate: "general",
    input: scalingRule.superRefine(({ min_workers, max_workers }, context) => {
      if (min_workers > max_workers)
        context.addIssue({ code: "custom", path: ["min_workers"], message: "must not be more than max_workers" });
    }),
    output: keptScalingRule,
    example: {
      input: {
        queue: "preview-cpu",
        min_workers: 1,
        max_workers: 4,
        concurrency: 2,
        target_wait_seconds: 5,
        gpu_fallback: "cpu",
        paused: false,
      },
      output: exampleRule,
    },
    errors: [],
  }),
  stream: subscription({
    rest: "GET /admin/stream",
    summary: "Queues, workers and health as they change.",
    access: siteAdmin,
    rate: "stream",
    input: z.strictObject({}),
    output: adminEvent,
    example: { input: {}, output: { type: "queues", queues: [exampleQueue] } },
    errors: ["RATE_LIMITED"],
  }),
};
