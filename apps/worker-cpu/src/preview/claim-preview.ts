import { statusesBefore } from "@hivesync/contracts/jobs/job-state";
import type { TierLimits } from "@hivesync/contracts/tiers";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { users } from "@hivesync/db/schema/users";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Deps } from "#deps.ts";

/** One attempt at a preview, which this worker holds until a later attempt is claimed. */
export interface PreviewClaim {
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

/** Takes a preview for the next attempt, or answers undefined when it has ended: built, cancelled or deleted. */
export async function claimPreview(
  { db, tiers }: Pick<Deps, "db" | "tiers">,
  jobId: string,
): Promise<PreviewClaim | undefined> {
  const [row] = await db
    .update(previewSessions)
    .set({
      status: "RUNNING",
      attempt: sql`${previewSessions.attempt} + 1`,
      started_at: sql`coalesce(${previewSessions.started_at}, now())`,
      progress: { phase: "fetching", ratio: 0 },
    })
    .where(and(eq(previewSessions.id, jobId), inArray(previewSessions.status, statusesBefore("RUNNING"))))
    .returning({
      attempt: previewSessions.attempt,
      inputKey: previewSessions.input_key,
      projectId: previewSessions.project_id,
      requestedBy: previewSessions.requested_by,
    });
  if (!row) return undefined;
  const [project] = await db.select({ teamId: projects.team_id }).from(projects).where(eq(projects.id, row.projectId));
  // Deleted since the claim, and the preview with it.
  if (!project) return undefined;
  const [requester] =
    row.requestedBy === null
      ? []
      : await db.select({ tier: users.tier }).from(users).where(eq(users.id, row.requestedBy));
  return {
    jobId,
    attempt: row.attempt,
    teamId: project.teamId,
    projectId: row.projectId,
    requestedBy: row.requestedBy,
    inputKey: row.inputKey,
    limits: tiers[requester?.tier ?? "Free"],
  };
}
