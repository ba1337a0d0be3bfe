import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { hostname, port } = new URL(await api.listen());

async function send(bytes: string): Promise<{ head: string; body: unknown }> {
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(bytes);
  const [head = "", body = ""] = (await text(socket)).split("\r\n\r\n");
  return { head, body: JSON.parse(body) };
}

test.each([
  ["no HTTP at all", "hello\r\n\r\n"],
  ["headers beyond every measure", `GET /health HTTP/1.1\r\nhost: x\r\nx-large: ${"x".repeat(64 * 1024)}\r\n\r\n`],
])("%s gets the envelope", async (_name, bytes) => {
  const { head, body } = await send(bytes);
  expect(head).toMatch(/^HTTP\/1\.1 400 [\s\S]*x-request-id: /);
  expect(body).toMatchObject({ ok: false, data: null, error: { code: "VALIDATION_ERROR" } });
});

test("OPTIONS without an Origin is no fault", async () => {
  const answer = await fetch(`http://${hostname}:${port}/api/v1/projects`, { method: "OPTIONS" });
  expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 204, body: "" });
});

test("a body that is no JSON is told so in the details", async () => {
  const answer = await api.call("POST /auth/login", { raw: "{" });
  expect(answer.body.error?.details).toEqual([{ path: "", message: "the body is not valid JSON" }]);
});
