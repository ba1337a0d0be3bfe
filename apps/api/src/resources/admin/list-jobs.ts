import { api } from "@hivesync/contracts/api";
import { previewQueues, aiQueues, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { JobKindName } from "@hivesync/contracts/operator";
import { toPage } from "@hivesync/contracts/pagination";
import type { Database } from "@hivesync/db/client";
import type { JobTable } from "@hivesync/db/job-table";
import { and, eq, sql, type SQL } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { z } from "zod";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { allJobKinds, type JobKind } from "#outbox/job-kinds.ts";

type Asked = z.output<typeof api.admin.listJobs.input>;

const queuesOf: Readonly<Record<JobKindName, readonly QueueName[]>> = {
  preview: previewQueues,
  ai: aiQueues,
  repo: ["repo-sync"],
};

/** The kinds that can be in the list at all. */
function kindsOf({ kind, queue }: Asked): JobKind[] {
  return allJobKinds
    .filter(({ name }) => kind === undefined || kind === name)
    .filter(({ name }) => queue === undefined || queuesOf[name].includes(queue));
}

function filters(table: JobTable, asked: Asked): SQL | undefined {
  const { status, queue, user_id: userId } = asked;
  // One queue is all that the kind has: no index need tell it apart.
  const isWholeKind = queue === "repo-sync";
  return and(
    status === undefined ? undefined : eq(table.status, status),
    queue === undefined || isWholeKind ? undefined : eq(table.queue, queue),
    userId === undefined ? undefined : eq(table.requested_by, userId),
    afterCursor(table, asked),
  );
}

/** As many of one kind as the page could hold: the pages of all kinds together hold no other. */
function newestOf(db: Database, { name, table }: JobKind, asked: Asked) {
  const { limit, offset } = pageWindow(asked);
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
    .where(filters(table, asked))
    .orderBy(...newestFirst(table))
    .limit(limit + offset);
}

async function findJobs(db: Database, asked: Asked) {
  const [first, second, ...more] = kindsOf(asked).map((kind) => newestOf(db, kind, asked));
  if (!first) return [];
  const { limit, offset } = pageWindow(asked);
  const jobs = (second ? unionAll(first, second, ...more) : first).as("jobs");
  return db
    .select()
    .from(jobs)
    .orderBy(...newestFirst(jobs))
    .limit(limit)
    .offset(offset);
}

export const listJobs = operation(api.admin.listJobs, async ({ deps, input }) => {
  const page = toPage(await findJobs(deps.db, input), input);
  const items = page.items.map(async ({ id, logs_key: logsKey, ...shown }) => ({
    job_id: id,
    ...shown,
    logs_url: logsKey === null ? null : await deps.presigner.get(logsKey, "attachment"),
  }));
  return { ...page, items: await Promise.all(items) };
});
