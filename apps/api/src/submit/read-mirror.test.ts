import type { ValidationIssue } from "@hivesync/contracts/errors";
import { aiInput } from "@hivesync/contracts/jobs/ai-input";
import { previewInput } from "@hivesync/contracts/jobs/preview-input";
import type { MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { aiJobLimits, tierLimits } from "@hivesync/contracts/tiers";
import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createTeam, setTier, type TestTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { forgetCounts } from "#testing/forget-counts.ts";
import { complete, manifestOf, publish } from "#testing/publish.ts";
import { completeSync, requestSync, setRepo, storeContents, testHead } from "#testing/repo-syncs.ts";
import { startTestApi, type Answer } from "#testing/start-test-api.ts";

// Previews and AI jobs of the project's mirror: nothing is uploaded, and so nothing is ever asked to be.

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => forgetCounts(api));

const files = {
  "src/area.ts": "export const area = (w: number, h: number) => w * h;\n",
  "index.html": "<h1>Todo</h1>\n",
  "b.ts": "export {};\n",
};
type Files = Readonly<Record<string, string>>;

/** A team whose project has a mirror of these files. */
async function mirrored(found: { files?: Files; manifest?: Partial<MirrorManifest> } = {}): Promise<TestTeam> {
  const team = await createTeam(api);
  const request = { token: team.owner.token, projectId: team.project.id };
  await setRepo(api, request);
  const jobId = await requestSync(api, request);
  await completeSync(api, { teamId: team.teamId, jobId }, { files, ...found });
  return team;
}

const source = { mirror: true };

function askForPreview(team: TestTeam, more: Record<string, unknown> = {}): Promise<Answer> {
  const body = { project_id: team.project.id, source, ...more };
  return api.call("POST /preview/request", { token: team.member.token, body });
}

function askForAi(team: TestTeam, more: Record<string, unknown>): Promise<Answer> {
  const body = { project_id: team.project.id, job_type: "explain", source, ...more };
  return api.call("POST /ai/jobs", { token: team.member.token, body });
}

const askers = [
  ["a preview", "POST /preview/request", (team: TestTeam) => ({ project_id: team.project.id, source })],
  [
    "an AI job",
    "POST /ai/jobs",
    (team: TestTeam) => ({ project_id: team.project.id, job_type: "explain", source, selection: [{ path: "b.ts" }] }),
  ],
] as const;

async function rowOf(table: "preview_sessions" | "ai_jobs", answer: Answer): Promise<Record<string, unknown>> {
  expect(answer.status).toBe(202);
  const { job_id: id } = answer.body.data as { job_id: string };
  const [row] = await api.sql`SELECT * FROM ${api.sql(table)} WHERE id = ${id}`;
  return row ?? {};
}

async function storedInput(row: Record<string, unknown>): Promise<unknown> {
  const bytes = await api.deps.storage.get(String(row["input_key"]));
  return JSON.parse(Buffer.from(bytes ?? []).toString());
}

describe("202: a preview", () => {
  test("is of the mirror's files, sorted, and says of which branch and commit", async () => {
    const row = await rowOf("preview_sessions", await askForPreview(await mirrored(), { platform: "ios" }));
    const input = previewInput.parse(await storedInput(row));
    expect(input.files).toEqual(manifestOf(files).toSorted((a, b) => (a.path < b.path ? -1 : 1)));
    expect(input.options).toEqual({ platform: "ios" });
    expect(row).toMatchObject({ status: "QUEUED", context: { git_branch: "main", git_commit: testHead } });
  });

  test("has what the caller says of it, and the mirror's word of the rest", async () => {
    const context = { git_branch: "mine", framework: "vite" };
    const row = await rowOf("preview_sessions", await askForPreview(await mirrored(), { context }));
    expect(row["context"]).toEqual({ ...context, git_commit: testHead });
  });

  test.each(["refs/tags/v1", testHead, `refs/heads/${"x".repeat(300)}`])(
    "of %s, which is no branch that can be named, says the commit alone",
    async (headRef) => {
      const team = await mirrored({ manifest: { head_ref: headRef } });
      const row = await rowOf("preview_sessions", await askForPreview(team));
      expect(row["context"]).toEqual({ git_commit: testHead });
    },
  );

  test("that was built of the same files before is ready at once, whoever sent them", async () => {
    const team = await mirrored();
    const job = await publish(api, { token: team.owner.token, projectId: team.project.id }, files);
    await complete(api, { teamId: team.teamId, jobId: job.job_id });
    const answer = await askForPreview(team);
    expect(answer.body.data).toMatchObject({ status: "COMPLETED" });
  });

  test("is of the mirror as it stands when it is asked for", async () => {
    const team = await mirrored();
    await forgetCounts(api);
    const jobId = await requestSync(api, { token: team.owner.token, projectId: team.project.id });
    await completeSync(api, { teamId: team.teamId, jobId }, { files: { "new.html": "new" } });
    const input = previewInput.parse(await storedInput(await rowOf("preview_sessions", await askForPreview(team))));
    expect(input.files.map(({ path }) => path)).toEqual(["new.html"]);
  });
});

describe("202: an AI job", () => {
  test("reads hash and size of what it names out of the mirror", async () => {
    const selection = [{ path: "src/area.ts", line_start: 1, line_end: 9 }, { path: "b.ts" }];
    const context = { files: [{ path: "index.html" }] };
    const row = await rowOf("ai_jobs", await askForAi(await mirrored(), { selection, context }));
    const input = aiInput.parse(await storedInput(row));
    const [area, page, b] = manifestOf(files);
    expect(input).toMatchObject({ selection: [b, { ...area, line_start: 1, line_end: 9 }], context: [page] });
  });
});

describe("202: both", () => {
  test.each(askers)("%s takes a file that was announced only, once it is there", async (_, request, bodyOf) => {
    const team = await mirrored();
    await api.sql`UPDATE blobs SET stored_at = NULL WHERE team_id = ${team.teamId}`;
    const answer = await api.call(request, { token: team.member.token, body: bodyOf(team) });
    expect(answer.status).toBe(202);
    const stored = await api.sql`SELECT 1 FROM blobs WHERE team_id = ${team.teamId} AND stored_at IS NOT NULL`;
    expect(stored.length).toBeGreaterThan(0);
  });
});

describe("400", () => {
  test("files and mirror together, and neither, are refused", async () => {
    const team = await mirrored();
    const refusal = { token: team.member.token, code: "VALIDATION_ERROR", at: ["files"] } as const;
    for (const body of [{ source, files: manifestOf(files) }, {}])
      await expectRefusal(api, "POST /preview/request", { ...refusal, body: { project_id: team.project.id, ...body } });
  });

  test("files that the mirror has not are named one by one, and what was left out says why", async () => {
    const team = await mirrored({ manifest: { left_out: [{ path: "big.bin", reason: "lfs_pointer" }] } });
    const body = {
      project_id: team.project.id,
      job_type: "explain",
      source,
      selection: [{ path: "b.ts" }, { path: "none.ts" }, { path: "big.bin" }],
      context: { files: [{ path: "nor.ts" }] },
    };
    const at = ["selection.1.path", "selection.2.path", "context.files.0.path"];
    const answer = await expectRefusal(api, "POST /ai/jobs", {
      token: team.member.token,
      body,
      code: "VALIDATION_ERROR",
      at,
    });
    const issues: ValidationIssue[] = answer.body.error?.details ?? [];
    expect(issues[0]?.message).toContain("not in the mirror");
    expect(issues[1]?.message).toContain("lfs_pointer");
  });

  test("a file that is too large for an AI job is refused by the mirror's word of it", async () => {
    const large = { path: "large.ts", sha256: sha256Hex("l"), size: aiJobLimits.maxFileBytes + 1, oid: testHead };
    const team = await mirrored({ manifest: { files: [large] } });
    const answer = await askForAi(team, { selection: [{ path: "large.ts" }] });
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "selection.0.path" }]);
  });

  test("files that are too large together are too", async () => {
    const sized = (n: number) => ({
      path: `${n}.ts`,
      sha256: sha256Hex(`${n}`),
      size: aiJobLimits.maxFileBytes,
      oid: testHead,
    });
    const nine = Array.from({ length: 9 }, (_, n) => sized(n));
    const team = await mirrored({ manifest: { files: nine } });
    const answer = await askForAi(team, {
      selection: nine.slice(0, 5).map(({ path }) => ({ path })),
      context: { files: nine.slice(5).map(({ path }) => ({ path })) },
    });
    expectError(answer, "VALIDATION_ERROR");
    expect(answer.body.error?.details).toMatchObject([{ path: "selection" }]);
  });
});

describe("409: never FILES_MISSING, for there is nothing to upload", () => {
  test.each(askers)("%s of a project that has no mirror is told to sync", async (_, request, bodyOf) => {
    const team = await createTeam(api);
    const refusal = { token: team.member.token, body: bodyOf(team), code: "CONFLICT" } as const;
    const answer = await expectRefusal(api, request, refusal);
    expect(answer.body.error?.message).toContain("Sync its repository first");
  });

  const gone = [
    [
      "whose contents are gone",
      async (team: TestTeam) => {
        await api.sql`DELETE FROM blobs WHERE team_id = ${team.teamId}`;
        await api.deps.storage.delete(
          Object.values(files).map((text) => objectKeys.blob(team.teamId, sha256Hex(text))),
        );
      },
    ],
    [
      "whose contents were announced and never came",
      async (team: TestTeam) => {
        await api.sql`UPDATE blobs SET stored_at = NULL WHERE team_id = ${team.teamId}`;
        await api.deps.storage.delete(
          Object.values(files).map((text) => objectKeys.blob(team.teamId, sha256Hex(text))),
        );
      },
    ],
    [
      "whose contents are of another size",
      async (team: TestTeam) => {
        await api.sql`UPDATE blobs SET size = size + 1 WHERE team_id = ${team.teamId}`;
      },
    ],
    [
      "whose manifest is gone",
      async (team: TestTeam) => {
        const [row] = await api.sql`SELECT mirror_manifest_key AS key FROM projects WHERE id = ${team.project.id}`;
        await api.deps.storage.delete([String(row?.["key"])]);
      },
    ],
    [
      "whose manifest is damaged",
      async (team: TestTeam) => {
        const [row] = await api.sql`SELECT mirror_manifest_key AS key FROM projects WHERE id = ${team.project.id}`;
        await api.deps.storage.put(String(row?.["key"]), "{", "application/json");
      },
    ],
  ] as const;

  test.each(gone.flatMap(([what, arrange]) => askers.map(([who, ...asker]) => ({ who, what, arrange, asker }))))(
    "$who of a mirror $what is told to sync again",
    async ({ arrange, asker: [request, bodyOf] }) => {
      const team = await mirrored();
      await arrange(team);
      const refusal = { token: team.member.token, body: bodyOf(team), code: "CONFLICT" } as const;
      const answer = await expectRefusal(api, request, refusal);
      expect(answer.body.error?.message).toContain("Sync its repository again");
    },
  );

  test("a sync again makes it whole", async () => {
    const team = await mirrored();
    await api.sql`DELETE FROM blobs WHERE team_id = ${team.teamId}`;
    expectError(await askForPreview(team), "CONFLICT");
    await storeContents(api, team.teamId, files);
    const jobId = await requestSync(api, { token: team.admin.token, projectId: team.project.id });
    await completeSync(api, { teamId: team.teamId, jobId }, { files });
    expect((await askForPreview(team)).status).toBe(202);
  });
});

describe("429", () => {
  test("a mirror of more files than the requester's tier builds is refused", async () => {
    const many = Array.from({ length: tierLimits.Free.maxFiles + 1 }, (_, n) => [`${n}.txt`, "same"]);
    const team = await mirrored({ files: Object.fromEntries(many) as Files });
    const answer = await askForPreview(team);
    expectError(answer, "QUOTA_EXCEEDED");
    await setTier(api, team.member, "Pro");
    expect((await askForPreview(team)).status).toBe(202);
  });
});
