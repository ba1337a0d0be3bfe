import { randomBytes } from "node:crypto";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { publish } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { createPreviewLinks } from "./preview-links.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { db, previewLinks } = api.deps;
const team = await createTeam(api);
const preview = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": "one" });
const other = await publish(api, { token: team.owner.token, projectId: team.project.id }, { "a.html": "two" });
const code = previewLinks.codeOf(preview.job_id);

const get = (id: string, token: string) => api.call(`GET /preview/${id}`, { token });

test("a code is the end of its preview's link, short enough for a QR code on a terminal, and the same whenever it is made", () => {
  expect(code).toMatch(/^hsp_[\w-]{38}$/);
  expect(preview.preview_url).toBe(`http://api.test/p/${code}`);
});

test("a code opens its own preview as the preview token does, and nothing else", async () => {
  const [byCode, byToken] = await Promise.all([code, preview.preview_token].map((one) => get(preview.job_id, one)));
  expect(byCode).toMatchObject({ status: 200, body: { data: { job_id: preview.job_id, preview_url: null } } });
  expect(byCode?.body).toEqual(byToken?.body);
  expectError(await get(other.job_id, code), "NOT_FOUND");
  expectError(await api.call("GET /projects", { token: code }), "AUTH_INVALID");
  expectError(await api.call(`POST /preview/${preview.job_id}/cancel`, { token: code, body: {} }), "AUTH_INVALID");
});

describe("a code that we did not make is refused", () => {
  const forged = createPreviewLinks(db, [randomBytes(32)]);
  const id = code.slice(4, 26);
  test.each([
    ["of another key", forged.codeOf(preview.job_id)],
    ["of one preview with the proof of another", `hsp_${id}${previewLinks.codeOf(other.job_id).slice(26)}`],
    ["with one character changed", code.slice(0, -2) + (code.at(-2) === "A" ? "B" : "A") + String(code.at(-1))],
    ["that is cut short", code.slice(0, -1)],
    ["that goes on", `${code}A`],
    ["without a proof", `hsp_${id}`],
    ["of nothing", "hsp_"],
  ])("one %s", async (_, token) => {
    expectError(await get(preview.job_id, token), "AUTH_INVALID");
  });
});

test("a code by an older key is good while the keys are changed", async () => {
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  const id = newId();
  const given = createPreviewLinks(db, [older]).codeOf(id);
  expect(await createPreviewLinks(db, [newer, older]).verify(given)).toEqual({ jobId: id });
  await expect(createPreviewLinks(db, [newer]).verify(given)).rejects.toMatchObject({ code: "AUTH_INVALID" });
});
