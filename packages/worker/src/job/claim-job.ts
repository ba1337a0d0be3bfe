import { statusesBefore, type QueueName } from "@hivesync/contracts/jobs/job-state";
import type { Tier, TierLimits } from "@hivesync/contracts/tiers";
import { projects } from "@hivesync/db/schema/projects";
import { users } from "@hivesync/db/schema/users";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { WorkerDeps } from "#deps.ts";
import { tableOf, type JobKind } from "./job-tables.ts";

/** One attempt at a job, which this worker holds until a later attempt is claimed. */
export interface JobClaim<Kind extends JobKind = JobKind> {
  kind: Kind;
  jobId: string;
  /** Fences: what is said under an older attempt changes nothing. */
  attempt: number;
  teamId: string;
  projectId: string;
  /** Whoever asked for it; null when that user is gone. */
  requestedBy: string | null;
  inputKey: string;
  limits: TierLimits;
}

/** Takes a job for the next attempt, or answers undefined when it has ended (done, cancelled or deleted) or is another queue's by now. */
export async function claimJob<Kind extends JobKind>(
  { db, tiers }: Pick<WorkerDeps, "db" | "tiers">,
  { kind, jobId, queue }: { kind: Kind; jobId: string; queue: QueueName },
): Promise<JobClaim<Kind> | undefined> {
  const table = tableOf(kind);
  const [row] = await db
    .update(table)
    .set({
      status: "RUNNING",
      attempt: sql`${table.attempt} + 1`,
      started_at: sql`coalesce(${table.started_at}, now())`,
      progress: { phase: "fetching", ratio: 0 },
    })
    .from(projects)
    .where(
      and(
        eq(table.id, jobId),
        inArray(table.status, statusesBefore("RUNNING")),
        // One that was moved to another queue while it was being added to this one is done there.
        eq(table.queue, queue),
        // A job goes with its project.
        eq(projects.id, table.project_id),
      ),
    )
    .returning({
      attempt: table.attempt,
      inputKey: table.input_key,
      projectId: table.project_id,
      requestedBy: table.requested_by,
      teamId: projects.team_id,
      tier: sql<Tier | null>`(SELECT ${users.tier} FROM ${users} WHERE ${users.id} = ${table.requested_by})`,
    });
  if (!row) return undefined;
  const { tier, ...claimed } = row;
  return { kind, jobId, ...claimed, limits: tiers[tier ?? "Free"] };
}
