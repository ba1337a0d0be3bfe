import type { ScopeKind } from "@hivesync/contracts/access";
import type { Database } from "@hivesync/db/client";
import { prepared } from "@hivesync/db/prepared";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { comments } from "@hivesync/db/schema/comments";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { tasks } from "@hivesync/db/schema/tasks";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { Scope } from "#actor.ts";

const membership = (teamId: typeof projects.team_id) =>
  and(eq(teamMembers.team_id, teamId), eq(teamMembers.user_id, sql.placeholder("user")));

const isCaller = (column: typeof tasks.created_by | typeof comments.user_id): SQL<boolean> =>
  sql<boolean>`coalesce(${column} = ${sql.placeholder("user")}::uuid, false)`;

const columns = { teamId: teamMembers.team_id, role: teamMembers.role };
const withProject = { ...columns, projectId: projects.id };

// One query for each kind of resource: from its id to the caller's row in the team that owns it.
const queries = {
  team: prepared((db) =>
    db
      .select(columns)
      .from(teamMembers)
      .where(and(eq(teamMembers.team_id, sql.placeholder("id")), eq(teamMembers.user_id, sql.placeholder("user"))))
      .prepare("scope_of_team"),
  ),
  project: prepared((db) =>
    db
      .select(withProject)
      .from(projects)
      .innerJoin(teamMembers, membership(projects.team_id))
      .where(eq(projects.id, sql.placeholder("id")))
      .prepare("scope_of_project"),
  ),
  task: prepared((db) =>
    db
      .select({ ...withProject, isAuthor: isCaller(tasks.created_by) })
      .from(tasks)
      .innerJoin(projects, eq(projects.id, tasks.project_id))
      .innerJoin(teamMembers, membership(projects.team_id))
      .where(eq(tasks.id, sql.placeholder("id")))
      .prepare("scope_of_task"),
  ),
  comment: prepared((db) =>
    db
      .select({ ...withProject, isAuthor: isCaller(comments.user_id) })
      .from(comments)
      .innerJoin(projects, eq(projects.id, comments.project_id))
      .innerJoin(teamMembers, membership(projects.team_id))
      .where(eq(comments.id, sql.placeholder("id")))
      .prepare("scope_of_comment"),
  ),
  preview: prepared((db) =>
    db
      .select(withProject)
      .from(previewSessions)
      .innerJoin(projects, eq(projects.id, previewSessions.project_id))
      .innerJoin(teamMembers, membership(projects.team_id))
      .where(eq(previewSessions.id, sql.placeholder("id")))
      .prepare("scope_of_preview"),
  ),
  ai_job: prepared((db) =>
    db
      .select(withProject)
      .from(aiJobs)
      .innerJoin(projects, eq(projects.id, aiJobs.project_id))
      .innerJoin(teamMembers, membership(projects.team_id))
      .where(eq(aiJobs.id, sql.placeholder("id")))
      .prepare("scope_of_ai_job"),
  ),
} satisfies Record<ScopeKind, unknown>;

/** The team of the resource with this id and the user's role there; undefined when there is no such resource or no such role. */
export async function findScope(
  db: Database,
  resource: { of: ScopeKind; id: string },
  userId: string,
): Promise<Scope | undefined> {
  const [row] = await queries[resource.of](db).execute({ id: resource.id, user: userId });
  return row && { projectId: null, isAuthor: false, ...row };
}

const teamOfPreview = prepared((db) =>
  db
    .select({ teamId: projects.team_id, projectId: projects.id })
    .from(previewSessions)
    .innerJoin(projects, eq(projects.id, previewSessions.project_id))
    .where(eq(previewSessions.id, sql.placeholder("id")))
    .prepare("team_of_preview"),
);

/** The scope of a preview for the holder of its link, who has no role. */
export async function findPreviewScope(db: Database, jobId: string): Promise<Scope | undefined> {
  const [row] = await teamOfPreview(db).execute({ id: jobId });
  return row && { ...row, role: null, isAuthor: false };
}
