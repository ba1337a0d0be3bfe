import type { Role } from "@hivesync/contracts/access";
import type { Tier } from "@hivesync/contracts/tiers";
import type { Comment } from "@hivesync/contracts/resources/comments";
import type { Project } from "@hivesync/contracts/resources/projects";
import type { Task } from "@hivesync/contracts/resources/tasks";
import type { Team } from "@hivesync/contracts/resources/teams";
import { newId } from "@hivesync/platform/ids";
import { claimsOf } from "./forge-token.ts";
import type { TestApi, TestUser } from "./start-test-api.ts";

/** A user of each role in one team, and someone who is in no team of theirs. */
interface TestUsers {
  owner: TestUser;
  admin: TestUser;
  member: TestUser;
  stranger: TestUser;
}

/** The owner's personal team with a project. */
export interface TestTeam extends TestUsers {
  teamId: string;
  project: Project;
}

/** A team that is nobody's personal one. */
export interface SharedTeam extends TestUsers {
  team: Team;
}

export async function createProject(api: TestApi, user: TestUser, name = "Todo"): Promise<Project> {
  const answer = await api.call("POST /projects", { token: user.token, body: { name } });
  return answer.body.data;
}

export async function createTask(
  api: TestApi,
  user: TestUser,
  task: { project_id: string; title?: string; status?: string; assigned_to?: string },
): Promise<Task> {
  const { project_id: projectId, title = "Write it", ...fields } = task;
  const answer = await api.call(`POST /projects/${projectId}/tasks`, { token: user.token, body: { title, ...fields } });
  return answer.body.data;
}

export async function addComment(
  api: TestApi,
  user: TestUser,
  comment: { project_id: string; content?: string; task_id?: string; parent_id?: string; anchor?: Comment["anchor"] },
): Promise<Comment> {
  const { project_id: projectId, content = "Why?", ...fields } = comment;
  const body = { content, ...fields };
  const answer = await api.call(`POST /projects/${projectId}/comments`, { token: user.token, body });
  return answer.body.data;
}

/** Puts a user into a team, with a row: unlike the endpoint it tells nobody, so that a test begins without notifications. */
export async function addMember(api: TestApi, teamId: string, member: { user: TestUser; role: Role }): Promise<void> {
  await api.sql`INSERT INTO team_members (id, team_id, user_id, role) VALUES (${newId()}, ${teamId}, ${member.user.id}, ${member.role})`;
}

async function registerUsers(api: TestApi): Promise<TestUsers> {
  const [owner, admin, member, stranger] = await Promise.all([
    api.register("owner"),
    api.register("admin"),
    api.register("member"),
    api.register("stranger"),
  ]);
  return { owner, admin, member, stranger };
}

async function addAdminAndMember(api: TestApi, teamId: string, users: TestUsers): Promise<void> {
  await addMember(api, teamId, { user: users.admin, role: "Admin" });
  await addMember(api, teamId, { user: users.member, role: "Member" });
}

export async function createTeam(api: TestApi): Promise<TestTeam> {
  const users = await registerUsers(api);
  const project = await createProject(api, users.owner);
  await addAdminAndMember(api, project.team_id, users);
  return { teamId: project.team_id, project, ...users };
}

export async function createSharedTeam(api: TestApi, name = "Bees"): Promise<SharedTeam> {
  const users = await registerUsers(api);
  const answer = await api.call("POST /teams", { token: users.owner.token, body: { name } });
  const team: Team = answer.body.data;
  await addAdminAndMember(api, team.id, users);
  return { team, ...users };
}

/** What a user has been told, in the order of telling. */
export async function noticesOf(
  api: TestApi,
  user: TestUser,
): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const rows = await api.sql<{ type: string; data: Record<string, unknown> }[]>`
    SELECT type, data FROM notifications WHERE user_id = ${user.id} ORDER BY seq`;
  return [...rows];
}

/** Gives a user another tier, known to this process at once. */
export async function setTier(api: TestApi, user: TestUser, tier: Tier): Promise<void> {
  await api.sql`UPDATE users SET tier = ${tier} WHERE id = ${user.id}`;
  api.deps.sessions.forget(String(claimsOf(user.token)["sid"]));
}
