import type { Role } from "@hivesync/contracts/access";
import type { Tier } from "@hivesync/contracts/tiers";
import type { Project } from "@hivesync/contracts/resources/projects";
import { newId } from "@hivesync/platform/ids";
import { claimsOf } from "./forge-token.ts";
import type { TestApi, TestUser } from "./start-test-api.ts";

/** A team with a user of each role and a project, and someone who is in no team of theirs. */
export interface TestTeam {
  teamId: string;
  project: Project;
  owner: TestUser;
  admin: TestUser;
  member: TestUser;
  stranger: TestUser;
}

export async function createProject(api: TestApi, user: TestUser, name = "Todo"): Promise<Project> {
  const answer = await api.call("POST /projects", { token: user.token, body: { name } });
  return answer.body.data;
}

/** Puts a user into a team, with a row: the endpoint for it comes with a later part. */
export async function addMember(api: TestApi, teamId: string, member: { user: TestUser; role: Role }): Promise<void> {
  await api.sql`INSERT INTO team_members (id, team_id, user_id, role) VALUES (${newId()}, ${teamId}, ${member.user.id}, ${member.role})`;
}

export async function createTeam(api: TestApi): Promise<TestTeam> {
  const [owner, admin, member, stranger] = await Promise.all([
    api.register("owner"),
    api.register("admin"),
    api.register("member"),
    api.register("stranger"),
  ]);
  const project = await createProject(api, owner);
  await addMember(api, project.team_id, { user: admin, role: "Admin" });
  await addMember(api, project.team_id, { user: member, role: "Member" });
  return { teamId: project.team_id, project, owner, admin, member, stranger };
}

/** Gives a user another tier, known to this process at once. */
export async function setTier(api: TestApi, user: TestUser, tier: Tier): Promise<void> {
  await api.sql`UPDATE users SET tier = ${tier} WHERE id = ${user.id}`;
  api.deps.sessions.forget(String(claimsOf(user.token)["sid"]));
}
