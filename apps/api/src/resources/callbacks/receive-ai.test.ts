import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { olderSignature, wrongSignatures } from "#testing/callback-signatures.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claim, postSigned, publish, successBody } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { teamId, project, owner } = await createTeam(api);
const path = "/ai/callback";

describe("401", () => {
  test.each(wrongSignatures(api))("signature: %s", async (_, raw, headers) => {
    await expectRefusal(api, `POST ${path}`, { raw, headers, code: "AUTH_INVALID", writes: ["audit_logs"] });
  });

  test("a user's token is no signature", async () => {
    const { token } = await api.register();
    await expectRefusal(api, `POST ${path}`, { raw: "{}", token, code: "AUTH_INVALID", writes: ["audit_logs"] });
  });

  test("a signature of four minutes ago is still good", async () => {
    await expectRefusal(api, `POST ${path}`, { ...olderSignature(api), code: "NOT_FOUND" });
  });
});

describe("404", () => {
  test("another kind's job looks like one that is not there, and goes on", async () => {
    const { job_id: jobId } = await publish(api, { token: owner.token, projectId: project.id }, { "a.html": newId() });
    const attempt = await claim(api, jobId);
    const foreign = await postSigned(api, path, await successBody(api, { teamId, jobId, attempt }));
    expectError(foreign, "NOT_FOUND");
    const unknown = await postSigned(api, path, { job_id: newId(), status: "FAIL", error: "x" });
    expect(unknown.body).toEqual(foreign.body);
    const [row] = await api.sql`SELECT status, attempt FROM preview_sessions WHERE id = ${jobId}`;
    expect(row).toEqual({ status: "RUNNING", attempt: 1 });
  });
});
