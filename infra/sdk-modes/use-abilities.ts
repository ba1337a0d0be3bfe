import { createMemorySource } from "@hivesync/sdk";
import type { NodeHiveSync } from "@hivesync/sdk/node";

/** What one run of the scenario came to, with everything that differs from run to run named and not told. */
export type Transcript = { step: string; outcome: unknown }[];

/** A client with its account, and another user whom it may add to a team. */
export interface Cast {
  hive: NodeHiveSync;
  other: { username: string };
  /** A folder that is published. */
  directory: string;
  /** A repository that may be mirrored. */
  repoUrl: string;
  /** Looks behind the API: what a project's AI jobs were told to read. */
  readAiInputs: (projectId: string) => Promise<unknown>;
}

const unstable: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>"],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<time>"],
  [/http:\/\/[^"\s]+/g, "<url>"],
  [/modes_[0-9a-f]{8}/g, "<me>"],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<token>"],
];

// Numbers that a clock or a queue makes.
const measured = new Set(["timings", "progress", "retry_after_seconds", "bytes"]);

function settle(value: unknown): unknown {
  const text = JSON.stringify(value ?? null, (key, inner: unknown) => (measured.has(key) ? "<measured>" : inner));
  return JSON.parse(unstable.reduce((told, [pattern, name]) => told.replaceAll(pattern, name), text));
}

type Endpoint = { query?: unknown; mutate?: unknown };

/** The typed client, which notes the name of each endpoint that is called by it. */
function noting(api: NodeHiveSync["api"], called: Set<string>): NodeHiveSync["api"] {
  return new Proxy(api, {
    get: (target, resource: string) =>
      new Proxy(target[resource as keyof typeof target], {
        get: (endpoints, name: string) => {
          called.add(`${resource}.${name}`);
          return (endpoints as Record<string, Endpoint>)[name];
        },
      }),
  });
}

/** Runs steps one after the other and writes down what each came to, errors too. */
class Narrator {
  readonly transcript: Transcript = [];

  async tell<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.transcript.push({ step, outcome: settle(result) });
      return result;
    } catch (error) {
      const { name, code, status, details, message } = error as Record<string, unknown>;
      this.transcript.push({ step, outcome: settle({ name, code, status, details, message }) });
      return undefined as Result;
    }
  }
}

async function useTeams(api: NodeHiveSync["api"], say: Narrator, other: Cast["other"]): Promise<void> {
  const team = await say.tell("make a team", () => api.teams.create.mutate({ name: "Analytical Engines" }));
  const id = team.id;
  await say.tell("rename it", () => api.teams.update.mutate({ id, name: "Engines" }));
  const added = await say.tell("add somebody", () => api.teams.addMember.mutate({ id, ...other, role: "Member" }));
  await say.tell("add again", () => api.teams.addMember.mutate({ id, ...other, role: "Member" }));
  const member = { team_id: id, user_id: added.user_id };
  await say.tell("raise", () => api.teams.updateMemberRole.mutate({ ...member, role: "Admin" }));
  await say.tell("members", () => api.teams.listMembers.query({ id }));
  await say.tell("remove", () => api.teams.removeMember.mutate(member));
  await say.tell("read", () => api.teams.get.query({ id }));
  await say.tell("list", () => api.teams.list.query({}));
  await say.tell("delete", () => api.teams.delete.mutate({ id }));
}

async function useProjects(api: NodeHiveSync["api"], say: Narrator): Promise<string> {
  const made = await say.tell("make a project", () =>
    api.projects.create.mutate({ name: "Todo", metadata: { a: [1, "ü", null] } }),
  );
  const { id } = made;
  await say.tell("read", () => api.projects.get.query({ id }));
  await say.tell("several at once", () => Promise.all([1, 2, 3].map(() => api.projects.get.query({ id }))));
  await say.tell("rename", () => api.projects.update.mutate({ id, name: "Groceries" }));
  await say.tell("settings", () => api.projects.updateSettings.mutate({ id, custom: { k: "v" } }));
  await say.tell("read settings", () => api.projects.getSettings.query({ id }));
  await say.tell("list", () => api.projects.list.query({ limit: 2 }));
  await say.tell("a wrong input", () => api.projects.create.mutate({ name: "" }));
  await say.tell("nothing there", () => api.projects.get.query({ id: "01a202b2-c500-7000-8000-000000000000" }));
  return id;
}

async function useTasks(api: NodeHiveSync["api"], say: Narrator, project: string): Promise<void> {
  const task = await say.tell("make a task", () => api.tasks.create.mutate({ id: project, title: "Write it" }));
  await say.tell("do it", () => api.tasks.update.mutate({ id: task.id, status: "DONE" }));
  await say.tell("read", () => api.tasks.get.query({ id: task.id }));
  await say.tell("list", () => api.tasks.list.query({ id: project, status: "DONE" }));
  const thread = await say.tell("ask", () =>
    api.comments.add.mutate({ id: project, content: "Why?", anchor: { path: "a.ts", line_start: 1, line_end: 2 } }),
  );
  await say.tell("answer", () => api.comments.add.mutate({ id: project, content: "So.", parent_id: thread.id }));
  await say.tell("resolve", () => api.comments.update.mutate({ id: thread.id, resolved: true }));
  await say.tell("read the thread", () => api.comments.list.query({ id: project, thread_id: thread.id }));
  await say.tell("take it back", () => api.comments.delete.mutate({ id: thread.id }));
  await say.tell("drop the task", () => api.tasks.delete.mutate({ id: task.id }));
}

async function usePreviews({ hive, directory }: Cast, say: Narrator, project_id: string): Promise<void> {
  const { api } = hive;
  const published = await say.tell("publish a folder", () => hive.previews.publish({ project_id, directory }));
  await say.tell("publish it again", () => hive.previews.publish({ project_id, directory }));
  await say.tell("publish a folder that is not there", () =>
    hive.previews.publish({ project_id, directory: `${directory}-not-there` }),
  );
  const files = createMemorySource({ "index.html": "<p>from memory" });
  await say.tell("publish from memory", () => hive.previews.publishFiles({ project_id, files }));
  const sha256 = "a".repeat(64);
  await say.tell("ask for what is not stored", () =>
    api.previews.request.mutate({ project_id, files: [{ path: "a.html", sha256, size: 1 }] }),
  );
  const id = published.job_id;
  await say.tell("read", () => api.previews.get.query({ id }));
  await say.tell("list", () => api.previews.list.query({ id: project_id }));
  await say.tell("cancel too late", () => api.previews.cancel.mutate({ id }));
  await say.tell("retry", () => api.previews.retry.mutate({ id }));
}

async function useDocs({ hive, directory, readAiInputs }: Cast, say: Narrator, project_id: string): Promise<void> {
  const { api } = hive;
  const selection = [{ path: "src/main.js" }];
  const order = { project_id, job_type: "document" as const, selection };
  const written = await say.tell("document a file", () => hive.docs.write({ ...order, directory }));
  const files = { "src/main.js": "export const half = (value) => value / 2;\n" };
  const lines = [{ path: "src/main.js", line_end: 1 }];
  // Of four in a minute the retry is the last.
  await say.tell("explain lines of what is in memory", () =>
    hive.docs.write({ ...order, job_type: "explain", selection: lines, files }),
  );
  await say.tell("a secret", () => hive.docs.write({ ...order, selection: [{ path: ".env" }], directory }));
  await say.tell("a file that is not there", () =>
    hive.docs.write({ ...order, selection: [{ path: "src/none.js" }], directory }),
  );
  const missing = [{ path: "a.js", sha256: "b".repeat(64), size: 1 }];
  await say.tell("ask for what is not stored", () => api.ai.submit.mutate({ ...order, selection: missing }));
  const id = written.job_id;
  await say.tell("read", () => api.ai.get.query({ id }));
  await say.tell("list", () => api.ai.list.query({ id: project_id, status: "COMPLETED" }));
  await say.tell("cancel too late", () => api.ai.cancel.mutate({ id }));
  await say.tell("retry", () => api.ai.retry.mutate({ id }));
  await say.tell("what they were told to read", () => readAiInputs(project_id));
}

async function useRepository({ hive, repoUrl }: Cast, say: Narrator, project_id: string): Promise<void> {
  const { api } = hive;
  await say.tell("publish a mirror that is not there", () => hive.previews.publishMirror({ project_id }));
  await say.tell("mirror nothing", () => hive.repos.sync({ project_id }));
  await say.tell("a host that is not mirrored from", () =>
    api.repos.sync.mutate({ project_id, repo_url: "https://example.org/a.git" }),
  );
  await say.tell("mirror it", () => hive.repos.sync({ project_id, repo_url: repoUrl }));
  await say.tell("mirror it again at once", () => hive.repos.sync({ project_id }));
  await say.tell("syncs", () => api.repos.status.query({ project_id }));
  await say.tell("publish the mirror", () => hive.previews.publishMirror({ project_id }));
  const selection = [{ path: "src/half.js" }];
  await say.tell("document the mirror", () => hive.docs.writeMirror({ project_id, job_type: "document", selection }));
}

async function useNotifications(hive: NodeHiveSync, say: Narrator): Promise<void> {
  const { api } = hive;
  const page = await say.tell("notifications", () => api.notifications.list.query({}));
  const [first] = page.items;
  await say.tell("read one", () => api.notifications.markRead.mutate({ id: first?.id ?? "" }));
  await say.tell("the stream from its beginning", async () => {
    const seen: unknown[] = [];
    for await (const event of hive.events({ lastEventId: "0" })) {
      seen.push(event);
      if (seen.length === 3) break;
    }
    return seen;
  });
  await say.tell("read all", () => api.notifications.markAllRead.mutate({}));
}

async function watchPreview(api: NodeHiveSync["api"], id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const watching = api.previews.stream.subscribe(
      { id },
      {
        onData: ({ data }) => {
          watching.unsubscribe();
          resolve(data);
        },
        onError: reject,
      },
    );
  });
}

/** Uses everything that a Desktop forwards, as a plugin would. Answers what came of it, and the names of the endpoints that were called. */
export async function useAbilities(cast: Cast): Promise<{ transcript: Transcript; called: Set<string> }> {
  const called = new Set<string>();
  const hive = Object.assign(Object.create(cast.hive) as NodeHiveSync, { api: noting(cast.hive.api, called) });
  const say = new Narrator();
  const { api } = hive;
  await say.tell("who am I", async () => {
    const { tier, settings } = await api.auth.me.query({});
    return { tier, settings };
  });
  await say.tell("health", () => api.health.shallow.query({}));
  await say.tell("all parts", () => api.health.deep.query({}));
  await useTeams(api, say, cast.other);
  const project = await useProjects(api, say);
  await useTasks(api, say, project);
  // First, as nothing of it is left under way.
  await useRepository({ ...cast, hive }, say, project);
  await usePreviews({ ...cast, hive }, say, project);
  await useDocs({ ...cast, hive }, say, project);
  await useNotifications(hive, say);
  called.add("notifications.stream");
  const previews = await api.previews.list.query({ id: project });
  await say.tell("watch a preview", () => watchPreview(api, previews.items.at(-1)?.job_id ?? ""));
  await say.tell("delete the project", () => api.projects.delete.mutate({ id: project }));
  return { transcript: say.transcript, called };
}
