import type { ScopeKind } from "@hivesync/contracts/access";
import { exampleIds } from "@hivesync/contracts/example-ids";
import { exampleLogin } from "@hivesync/contracts/examples/auth";
import { newId } from "@hivesync/platform/ids";
import { addComment, addMember, createSharedTeam, createTask, setTier, type SharedTeam } from "./arrange.ts";
import { completeAi, submitAi } from "./ai-jobs.ts";
import { forgetCounts } from "./forget-counts.ts";
import { notifyTimes } from "./notifications.ts";
import { complete, fail, publish } from "./publish.ts";
import { claimSync, completeSync, requestSync, setRepo } from "./repo-syncs.ts";
import { testPassword, type TestApi, type TestUser } from "./start-test-api.ts";

/** Which of a world's ids is of what access is about. */
export const scopeIds = {
  team: "team",
  project: "project",
  task: "task",
  comment: "comment",
  preview: "preview",
  ai_job: "aiJob",
} as const satisfies Record<ScopeKind, keyof typeof exampleIds>;

/** One team with a resource of every kind, its people, and someone from outside. The author is a Member who made the task and the comments. */
export interface World extends SharedTeam {
  author: TestUser;
  /** Whoever runs the site. */
  operator: TestUser;
  /** The link of the preview that is ready. */
  previewToken: string;
  /** What stands here for each id of the documentation's story. */
  ids: Record<keyof typeof exampleIds, string>;
  /** An example out of a contract, told of this world. */
  retell: <Value>(example: Value) => Value;
}

async function signInAgain(api: TestApi, user: TestUser): Promise<string> {
  await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
  const [row] = await api.sql<{ id: string }[]>`
    SELECT id FROM sessions WHERE user_id = ${user.id} ORDER BY created_at DESC, id DESC LIMIT 1`;
  return row?.id ?? "";
}

async function makeAiJobs(api: TestApi, by: { team: SharedTeam; projectId: string }) {
  const request = { token: by.team.owner.token, projectId: by.projectId };
  const ready = await submitAi(api, request, { "a.ts": `// ready ${by.projectId}` });
  await completeAi(api, { teamId: by.team.team.id, jobId: ready.job_id });
  const waiting = await submitAi(api, request, { "a.ts": `// waiting ${by.projectId}` });
  return { ready, waiting };
}

async function makePreviews(api: TestApi, by: { team: SharedTeam; projectId: string }) {
  const { team, projectId } = by;
  const request = { token: team.owner.token, projectId };
  const ready = await publish(api, request, { "a.html": `ready ${projectId}` });
  await complete(api, { teamId: team.team.id, jobId: ready.job_id });
  const broken = await publish(api, request, { "a.html": `broken ${projectId}` });
  await fail(api, broken.job_id);
  const waiting = await publish(api, request, { "a.html": `waiting ${projectId}` });
  return { ready, broken, waiting };
}

async function createTeamProject(api: TestApi, team: SharedTeam): Promise<string> {
  const body = { name: "Todo", team_id: team.team.id };
  const made = await api.call("POST /projects", { token: team.owner.token, body });
  return (made.body.data as { id: string }).id;
}

/** A project has one sync under way: what runs is another's, so that this one may be asked for. */
async function makeRepoSyncs(api: TestApi, by: { team: SharedTeam; projectId: string }) {
  const { team, projectId } = by;
  const request = { token: team.owner.token, projectId };
  await setRepo(api, request);
  const completed = await requestSync(api, request);
  await completeSync(api, { teamId: team.team.id, jobId: completed });
  const other = { token: team.admin.token, projectId: await createTeamProject(api, team) };
  await setRepo(api, other);
  const running = await requestSync(api, other);
  await claimSync(api, running);
  return { completed, running };
}

/** A team's project with a resource of every kind in it. */
async function furnish(api: TestApi, team: SharedTeam, author: TestUser) {
  const projectId = await createTeamProject(api, team);
  const project = { project_id: projectId };
  const task = await createTask(api, author, project);
  const comment = await addComment(api, author, project);
  const reply = await addComment(api, author, { ...project, parent_id: comment.id });
  const previews = await makePreviews(api, { team, projectId });
  const aiJobs = await makeAiJobs(api, { team, projectId });
  const repoSyncs = await makeRepoSyncs(api, { team, projectId });
  const [notification = ""] = await notifyTimes(api, team.owner, 1);
  // Whoever asked for these may ask for one more.
  await forgetCounts(api);
  return { projectId, task, comment, reply, previews, aiJobs, repoSyncs, notification };
}

/** Makes a world. Two of them share nothing. */
export async function createWorld(api: TestApi): Promise<World> {
  const [team, author, newcomer, operator] = await Promise.all([
    createSharedTeam(api),
    api.register("author"),
    api.register("newcomer"),
    api.register("operator"),
  ]);
  await setTier(api, team.owner, "Pro");
  await setTier(api, operator, "Admin");
  await addMember(api, team.team.id, { user: author, role: "Member" });
  const things = await furnish(api, team, author);
  const members = await api.sql<{ id: string; user_id: string }[]>`
    SELECT id, user_id FROM team_members WHERE team_id = ${team.team.id}`;
  const membershipOf = (user: TestUser): string => members.find((row) => row.user_id === user.id)?.id ?? "";
  const ids = {
    ada: team.owner.id,
    grace: team.member.id,
    mary: newcomer.id,
    iris: operator.id,
    session: await signInAgain(api, team.owner),
    otherSession: await signInAgain(api, team.owner),
    irisSession: await signInAgain(api, operator),
    team: team.team.id,
    adasMembership: membershipOf(team.owner),
    gracesMembership: membershipOf(team.member),
    marysMembership: newId(),
    project: things.projectId,
    task: things.task.id,
    comment: things.comment.id,
    reply: things.reply.id,
    preview: things.previews.ready.job_id,
    runningPreview: things.previews.waiting.job_id,
    failedPreview: things.previews.broken.job_id,
    aiJob: things.aiJobs.ready.job_id,
    runningAiJob: things.aiJobs.waiting.job_id,
    repoSync: things.repoSyncs.completed,
    runningRepoSync: things.repoSyncs.running,
    notification: things.notification,
  };
  const told = new Map<string, string>([
    ...Object.entries(exampleIds).map(([name, id]) => [id, ids[name as keyof typeof ids]] as [string, string]),
    ["mary", newcomer.username],
    [exampleLogin.password, testPassword],
  ]);
  const retell = <Value>(example: Value): Value =>
    JSON.parse(JSON.stringify(example), (_, value: unknown) =>
      typeof value === "string" ? (told.get(value) ?? value) : value,
    ) as Value;
  return { ...team, author, operator, previewToken: things.previews.ready.preview_token, ids, retell };
}
