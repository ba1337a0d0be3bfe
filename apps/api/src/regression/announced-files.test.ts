import { randomBytes } from "node:crypto";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { afterAll, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi({ HIVESYNC_TIERS: '{"Free":{"storageBytes":1000,"previewsPerMinute":100}}' });
afterAll(() => api[Symbol.asyncDispose]());

const hash = (): string => randomBytes(32).toString("hex");

async function newProject(): Promise<{ token: string; projectId: string }> {
  const user = await api.register();
  return { token: user.token, projectId: (await createProject(api, user)).id };
}

function announce(by: { token: string; projectId: string }, file: { sha256: string; size: number }) {
  const body = { project_id: by.projectId, files: [{ path: "a.html", ...file }] };
  return api.call("POST /preview/request", { token: by.token, body });
}

test("a size that was announced wrongly does not stand in the file's way", async () => {
  const by = await newProject();
  const text = `<p>${newId()}</p>`;
  const wrong = await announce(by, { sha256: sha256Hex(text), size: Buffer.byteLength(text) + 1 });
  expect(wrong.body.error?.code).toBe("FILES_MISSING");
  expect((await publish(api, by, { "a.html": text })).status).toBe("QUEUED");
});

test("many requests at once do not pass the storage quota that each of them keeps", async () => {
  const by = await newProject();
  const answers = await Promise.all(Array.from({ length: 10 }, () => announce(by, { sha256: hash(), size: 400 })));
  const codes = answers.map((answer) => answer.body.error?.code);
  expect(codes.filter((code) => code === "FILES_MISSING")).toHaveLength(2);
  expect(codes.filter((code) => code === "QUOTA_EXCEEDED")).toHaveLength(8);
});

test("what was announced and never uploaded gives its space back within the hour", async () => {
  const by = await newProject();
  await announce(by, { sha256: hash(), size: 900 });
  expect((await announce(by, { sha256: hash(), size: 900 })).body.error?.code).toBe("QUOTA_EXCEEDED");
  await api.sql`UPDATE blobs SET last_used_at = now() - interval '61 minutes'`;
  expect((await announce(by, { sha256: hash(), size: 900 })).body.error?.code).toBe("FILES_MISSING");
});
