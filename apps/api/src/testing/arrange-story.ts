import { exampleIds } from "@hivesync/contracts/example-ids";
import { exampleAiFileText, exampleAiResult, exampleAiSelection } from "@hivesync/contracts/examples/ai";
import { exampleLink, exampleLogin, exampleSignIn, exampleUser } from "@hivesync/contracts/examples/auth";
import { exampleFile, exampleFileText } from "@hivesync/contracts/examples/previews";
import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { PreviewInput } from "@hivesync/contracts/jobs/preview-input";
import { newId } from "@hivesync/platform/ids";
import { aiFileKey } from "@hivesync/platform/storage/ai-files";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { Sql } from "postgres";
import { beat } from "./beat.ts";
import { forgetCounts } from "./forget-counts.ts";
import { mirroredProject, repoOfStory, rowsOfRepos, storeMirrors } from "./story-of-repos.ts";
import type { TestApi } from "./start-test-api.ts";

type Row = Record<string, unknown>;

const { ada, grace, mary, iris, project, team } = exampleIds;
const person = { project_id: project, user_id: ada };
const exampleFailure = { code: "PREVIEW_BUILD_FAILED", message: 'Could not resolve "./itme".', details: null };
const soon = new Date(Date.now() + 3_600_000).toISOString();

const inputKey = objectKeys.input(team, exampleFile.sha256);
const previewInput: PreviewInput = { builder_version: "1", files: [exampleFile], options: { platform: "web" } };
const attemptOf = (jobId: string): string => objectKeys.attempt({ teamId: team, kind: "previews", jobId, attempt: 1 });

const aiInputKey = objectKeys.input(team, exampleAiSelection.sha256);
const aiInput: AiInput = {
  job_type: "document",
  selection: [exampleAiSelection],
  context: [],
  options: { replace: false },
};
const written = ["index.html", "index.html.map", "build.log"];

const previewRow = (id: string): Row => ({
  id,
  project_id: project,
  requested_by: ada,
  token_hash: "-",
  queue: "preview-cpu",
  priority: 8,
  attempt: 1,
  input_key: inputKey,
  dispatched_at: new Date().toISOString(),
  started_at: new Date().toISOString(),
  expires_at: soon,
});

function rowsOfPeople(passwordHash: string): [string, Row[]][] {
  const people = { [ada]: "ada", [grace]: "grace", [mary]: "mary", [iris]: "iris" };
  const users = Object.entries(people).map(([id, username]) => ({
    id,
    username,
    email: username === "ada" ? exampleUser.email : `${username}@example.com`,
    password_hash: passwordHash,
    tier: id === iris ? "Admin" : "Free",
  }));
  const personal = users.map(({ id, username }) => ({ id: newId(), owner_id: id, name: username, personal: true }));
  const session = { user_id: ada, client_name: "HiveSync CLI", expires_at: soon };
  return [
    ["users", users],
    ["teams", [...personal, { id: team, owner_id: ada, name: "Analytical Engines", personal: false }]],
    [
      "team_members",
      [
        ...personal.map((own) => ({ id: newId(), team_id: own.id, user_id: own.owner_id, role: "Owner" })),
        { id: exampleIds.adasMembership, team_id: team, user_id: ada, role: "Owner" },
        { id: exampleIds.gracesMembership, team_id: team, user_id: grace, role: "Member" },
      ],
    ],
    [
      "sessions",
      [
        { ...session, id: exampleIds.session },
        { ...session, id: exampleIds.otherSession },
        { ...session, id: exampleIds.irisSession, user_id: iris },
      ],
    ],
  ];
}

function rowsOfAi(sql: Sql): [string, Row[]][] {
  const now = new Date().toISOString();
  const job = {
    project_id: project,
    requested_by: ada,
    job_type: "document",
    queue: "ai-cpu",
    priority: 8,
    attempt: 1,
    input_key: aiInputKey,
    dispatched_at: now,
    started_at: now,
  };
  const of = (jobId: string) => ({ teamId: team, jobId, attempt: 1 });
  const shown = {
    result_url: aiFileKey(of(exampleIds.aiJob), "result"),
    logs_key: aiFileKey(of(exampleIds.aiJob), "log"),
  };
  const progress = sql.json({ phase: "writing", ratio: 0.4 });
  return [
    ["ai_jobs", [{ ...job, ...shown, id: exampleIds.aiJob, status: "COMPLETED", completed_at: now }]],
    ["ai_jobs", [{ ...job, id: exampleIds.runningAiJob, status: "RUNNING", progress }]],
  ];
}

function rowsOfProject(sql: Sql): [string, Row[]][] {
  const anchor = sql.json({ path: "src/App.tsx", line_start: 12, line_end: 18 });
  const progress = sql.json({ phase: "building", ratio: 0.4 });
  const ready = { ...previewRow(exampleIds.preview), status: "COMPLETED", completed_at: new Date().toISOString() };
  const running = { ...previewRow(exampleIds.runningPreview), status: "RUNNING", progress };
  const failed = { ...previewRow(exampleIds.failedPreview), status: "FAILED", completed_at: new Date().toISOString() };
  return [
    [
      "projects",
      [project, mirroredProject].map((id) => ({ id, team_id: team, name: "Todo", ...repoOfStory(sql, id) })),
    ],
    ["tasks", [{ id: exampleIds.task, project_id: project, created_by: ada, title: "Keep the list" }]],
    ["comments", [{ ...person, id: exampleIds.comment, content: "Why?", anchor }]],
    ["comments", [{ ...person, id: exampleIds.reply, user_id: grace, parent_id: exampleIds.comment, content: "So." }]],
    [
      "blobs",
      [exampleFile, exampleAiSelection].map(({ sha256, size }) => ({ team_id: team, sha256, size, stored_at: soon })),
    ],
    ["preview_sessions", [{ ...ready, bundle_url: `${attemptOf(exampleIds.preview)}index.html` }]],
    ["preview_sessions", [running]],
    ["preview_sessions", [{ ...failed, error: sql.json(exampleFailure), error_message: exampleFailure.message }]],
    ...rowsOfAi(sql),
    ...rowsOfRepos(sql),
    ["notification_counters", [{ user_id: ada, last_seq: 1, unread: 1 }]],
    ["notifications", [{ id: exampleIds.notification, user_id: ada, seq: 1, type: "preview_ready" }]],
  ];
}

async function storeObjects(api: TestApi): Promise<void> {
  const { storage } = api.deps;
  await storeMirrors(api);
  await storage.put(objectKeys.blob(team, exampleFile.sha256), exampleFileText, "application/octet-stream");
  await storage.put(objectKeys.blob(team, exampleAiSelection.sha256), exampleAiFileText, "application/octet-stream");
  await storage.put(aiInputKey, JSON.stringify(aiInput), "application/json");
  for (const jobId of [exampleIds.aiJob, exampleIds.runningAiJob]) {
    const of = { teamId: team, jobId, attempt: 1 };
    await storage.put(aiFileKey(of, "result"), JSON.stringify(exampleAiResult), "application/json");
    await storage.put(aiFileKey(of, "log"), "done", "text/plain");
  }
  await storage.put(inputKey, JSON.stringify(previewInput), "application/json");
  for (const jobId of [exampleIds.preview, exampleIds.runningPreview])
    for (const name of written) await storage.put(attemptOf(jobId) + name, name, "text/plain");
}

/** What only its hash is stored of: the examples hold the thing itself. */
function rowsOfSecrets({ deps }: TestApi): [string, Row[]][] {
  const { refreshTokens, deviceCodes } = deps;
  const token = exampleSignIn.refresh_token ?? "";
  return [
    ["refresh_tokens", [{ hash: refreshTokens.hash(token), family: exampleIds.session, expires_at: soon }]],
    [
      "device_links",
      [
        {
          id: newId(),
          device_code_hash: deviceCodes.hashDeviceCode(exampleLink.device_code),
          user_code_hash: deviceCodes.hashUserCode(exampleLink.user_code.replace("-", "")),
          client_name: exampleLink.client_name,
          expires_at: soon,
        },
      ],
    ],
  ];
}

/** The story that the documentation's examples tell, as it stands before each of them. */
export interface Story {
  /** Ada's access token. */
  token: string;
  /** Iris' access token, who runs the site. */
  siteToken: string;
  /** The link's token of the preview with this id. */
  previewToken: (id: string) => Promise<string>;
  /** Undoes whatever was done. */
  begin: () => Promise<void>;
}

/** Makes the rows and objects of the story, under the very ids of the examples. */
export async function arrangeStory(api: TestApi): Promise<Story> {
  const { deps, sql } = api;
  const passwordHash = await deps.passwords.hash(exampleLogin.password);
  await storeObjects(api);
  const begin = async (): Promise<void> => {
    await sql.begin(async (transaction) => {
      await transaction`TRUNCATE users, deleted_previews, deleted_ai_jobs, deleted_repo_syncs CASCADE`;
      const tables = [...rowsOfPeople(passwordHash), ...rowsOfProject(sql), ...rowsOfSecrets(api)];
      for (const [table, rows] of tables) await transaction`INSERT INTO ${sql(table)} ${sql(rows)}`;
    });
    for (const id of [exampleIds.session, exampleIds.irisSession]) deps.sessions.forget(id);
    await forgetCounts(api);
    await beat(api, "cpu");
  };
  await begin();
  return {
    token: await deps.tokens.signAccess({ userId: ada, sessionId: exampleIds.session }),
    siteToken: await deps.tokens.signAccess({ userId: iris, sessionId: exampleIds.irisSession }),
    previewToken: (id) =>
      deps.tokens.signPreview({ id, project_id: project, created_at: new Date().toISOString(), expires_at: soon }),
    begin,
  };
}
