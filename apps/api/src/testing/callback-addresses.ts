import { newId } from "@hivesync/platform/ids";
import { describe, expect, test } from "vitest";
import { createTeam } from "./arrange.ts";
import { olderSignature, wrongSignatures } from "./callback-signatures.ts";
import { expectError, expectRefusal } from "./expect-refusal.ts";
import { claim, postSigned, publish, successBody } from "./publish.ts";
import type { TestApi } from "./start-test-api.ts";

/** What holds at every address for callbacks: only a signature opens it. */
export function describeSignatures(api: TestApi, path: string): void {
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
}

/** What holds at the addresses that take no previews. */
export function describeForeignPreview(api: TestApi, path: string): void {
  describe("404", () => {
    test("a preview looks like a job that is not there, and goes on", async () => {
      const { teamId, project, owner } = await createTeam(api);
      const by = { token: owner.token, projectId: project.id };
      const { job_id: jobId } = await publish(api, by, { "a.html": newId() });
      const attempt = await claim(api, jobId);
      const foreign = await postSigned(api, path, await successBody(api, { teamId, jobId, attempt }));
      expectError(foreign, "NOT_FOUND");
      const unknown = await postSigned(api, path, { job_id: newId(), status: "FAIL", error: "x" });
      expect(unknown.body).toEqual(foreign.body);
      const [row] = await api.sql`SELECT status, attempt FROM preview_sessions WHERE id = ${jobId}`;
      expect(row).toEqual({ status: "RUNNING", attempt: 1 });
    });
  });
}
