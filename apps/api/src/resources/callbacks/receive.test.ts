import { randomBytes } from "node:crypto";
import { signCallback } from "@hivesync/platform/callback-signature";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { describeSignatures } from "#testing/callback-addresses.ts";
import { createTeam } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { claim, postSigned, publish, successBody } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const newSecret = randomBytes(32).toString("base64");
const api = await startTestApi();
// A second process in the middle of a change of secrets: the new one signs, both are taken.
const rotating = await startTestApi({ HIVESYNC_WORKER_SECRETS: `${newSecret},${api.stack.workerSecret}` }, api.stack);
afterAll(async () => {
  await rotating[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
const { teamId, project, owner } = await createTeam(api);
const path = "/workers/callback";

describe("200", () => {
  test("the general address takes a preview's end", async () => {
    const { job_id: jobId } = await publish(api, { token: owner.token, projectId: project.id }, { "a.html": newId() });
    const attempt = await claim(api, jobId);
    const answer = await postSigned(api, path, await successBody(api, { teamId, jobId, attempt }));
    expect(answer.body).toEqual({ ok: true, data: { applied: true }, error: null });
  });

  test("while secrets are changed both are good, and one of several signatures is enough", async () => {
    const raw = JSON.stringify({ job_id: newId(), status: "FAIL", error: "x" });
    const byOld = { ...signCallback(raw, api.stack.workerSecret) };
    const byNew = { ...signCallback(raw, newSecret) };
    for (const headers of [byOld, byNew])
      expectError(await rotating.call(`POST ${path}`, { raw, headers }), "NOT_FOUND");
    expectError(await api.call(`POST ${path}`, { raw, headers: byNew }), "AUTH_INVALID");
    const both = { ...byOld, "webhook-signature": `v1,${"A".repeat(43)}= ${byOld["webhook-signature"]}` };
    expectError(await api.call(`POST ${path}`, { raw, headers: both }), "NOT_FOUND");
  });
});

describeSignatures(api, path);

describe("401, the audit row", () => {
  test("once a minute and source, with the address and the reason, without the signature", async () => {
    const raw = "{}";
    const count = async (ip: string) =>
      (
        await api.sql`
          SELECT id FROM audit_logs WHERE event_type = 'callback_refused' AND metadata ->> 'ip' = ${ip}
          AND metadata ->> 'reason' = 'signature'`
      ).length;
    for (let repeat = 0; repeat < 5; repeat += 1)
      for (const ip of ["198.51.100.1", "198.51.100.2"])
        expectError(await api.call(`POST ${path}`, { raw, ip }), "AUTH_INVALID");
    expect(await count("198.51.100.1")).toBe(1);
    expect(await count("198.51.100.2")).toBe(1);
  });
});

describe("404", () => {
  test("there is no such job", async () => {
    expectError(
      await postSigned(api, path, { job_id: newId(), status: "SUCCESS", bundle_url: "s3://a/b" }),
      "NOT_FOUND",
    );
  });
});
