import { newId } from "@hivesync/platform/ids";
import { afterAll, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { postSigned } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const user = await api.register();
const project = await createProject(api, user);

const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test.each(["0000-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"])(
  "a cursor from the year of %s is refused",
  async (instant) => {
    const request = `GET /projects/${project.id}/tasks?cursor=${cursorOf([instant, newId()])}`;
    await expectRefusal(api, request, { token: user.token, code: "VALIDATION_ERROR", at: ["cursor"] });
  },
);

test.each(["email", "username"])("NUL in the %s that signs in is refused", async (field) => {
  const body = { [field]: "a\u0000b", password: "irrelevant" };
  await expectRefusal(api, "POST /auth/login", { body, code: "VALIDATION_ERROR", at: [field] });
});

test.each([1e308, 1e21, 1e-300])(
  "%d in metadata is refused: the database would write out its digits",
  async (number) => {
    const body = { name: "x", metadata: { number } };
    await expectRefusal(api, "POST /projects", { token: user.token, body, code: "VALIDATION_ERROR", at: ["metadata"] });
  },
);

test.each([
  ["error", { error: "a\u0000b" }],
  ["error_details", { error_details: [{ line_text: "\ud800" }] }],
])("a signed callback whose %s the database cannot hold is refused", async (_field, fields) => {
  const answer = await postSigned(api, "/preview/callback", { job_id: newId(), status: "FAIL", ...fields });
  expect(answer.body.error?.code).toBe("VALIDATION_ERROR");
});

test("a preview of no files is refused", async () => {
  const body = { project_id: project.id, files: [] };
  await expectRefusal(api, "POST /preview/request", {
    token: user.token,
    body,
    code: "VALIDATION_ERROR",
    at: ["files"],
  });
});

test("a stranger's large body is refused before it is read as JSON", async () => {
  const answer = await api.call("POST /preview/request", { raw: "{".repeat(2 * 1024 * 1024) });
  expect(answer.body.error?.code).toBe("AUTH_INVALID");
});
