import { api } from "@hivesync/contracts/api";
import { previewQueues, aiQueues, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { JobKindName } from "@hivesync/contracts/operator";
import { toPage } from "@hivesync/contracts/pagination";
import type { Database, Queryable } from "@hivesync/db/client";
import { preparedFor } from "@hivesync/db/prepared";
import { and, eq, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { z } from "zod";
import { isAfterCursor, newestFirst, pagePlaces, pageValues } from "#list-page.ts";
import { operation } from "#operation.ts";
import { allJobKinds, type JobKind } from "#outbox/job-kinds.ts";

type Asked = z.output<typeof api.admin.listJobs.input>;

const queuesOf: Readonly<Record<JobKindName, readonly QueueName[]>> = {
  preview: previewQueues,
  ai: aiQueues,
  repo: ["repo-sync"],
};

/** Which kinds can be in the list at all, and what narrows it. */
type Shape = Readonly<Record<JobKindName | "status" | "queue" | "user" | "cursor", boolean>>;

function shapeOf({ kind, status, queue, user_id: userId, cursor }: Asked): Shape {
  const has = (name: JobKindName): boolean =>
    (kind === undefined || kind === name) && (queue === undefined || queuesOf[name].includes(queue));
  return {
    preview: has("preview"),
    ai: has("ai"),
    repo: has("repo"),
    status: status !== undefined,
    // Where a queue is all that the kind has, no index need tell it apart.
    queue: queue !== undefined && queue !== "repo-sync",
    user: userId !== undefined,
    cursor: cursor !== undefined,
  };
}

/** As many of one kind as the page could hold: the pages of all kinds together hold no other. */
function newestOf(db: Queryable, { name, table }: JobKind, has: Shape) {
  return db
    .select({
      kind: sql<JobKindName>`${sql.raw(`'${name}'`)}`.as("kind"),
      id: table.id,
      project_id: table.project_id,
      requested_by: table.requested_by,
      status: table.status,
      queue: table.queue,
      priority: table.priority,
      attempt: table.attempt,
      error: table.error,
      logs_key: table.logs_key,
      retried_from: table.retried_from,
      created_at: table.created_at,
      dispatched_at: table.dispatched_at,
      started_at: table.started_at,
      completed_at: table.completed_at,
    })
    .from(table)
    .where(
      and(
        has.status ? eq(table.status, sql.placeholder("status")) : undefined,
        has.queue ? eq(table.queue, sql.placeholder("queue")) : undefined,
        has.user ? eq(table.requested_by, sql.placeholder("user")) : undefined,
        has.cursor ? isAfterCursor(table) : undefined,
      ),
    )
    .orderBy(...newestFirst(table))
    .limit(sql.placeholder("most"));
}

const findJobs = preparedFor((db, has: Shape) => {
  const [first, second, ...more] = allJobKinds.filter(({ name }) => has[name]).map((kind) => newestOf(db, kind, has));
  if (!first) throw new Error("of no kind there is no list");
  const jobs = (second ? unionAll(first, second, ...more) : first).as("jobs");
  return db
    .select()
    .from(jobs)
    .orderBy(...newestFirst(jobs))
    .limit(pagePlaces.limit)
    .offset(pagePlaces.offset)
    .prepare("find_jobs");
});

async function readJobs(db: Database, asked: Asked) {
  const { status, queue, user_id: user } = asked;
  const has = shapeOf(asked);
  if (!has.preview && !has.ai && !has.repo) return [];
  const window = pageValues(asked);
  return findJobs(db, has).execute({ status, queue, user, ...window, most: window.limit + window.offset });
}

export const listJobs = operation(api.admin.listJobs, async ({ deps, input }) => {
  const page = toPage(await readJobs(deps.db, input), input);
  const items = page.items.map(async ({ id, logs_key: logsKey, ...shown }) => ({
    job_id: id,
    ...shown,
    logs_url: logsKey === null ? null : await deps.presigner.get(logsKey, "attachment"),
  }));
  return { ...page, items: await Promise.all(items) };
});
