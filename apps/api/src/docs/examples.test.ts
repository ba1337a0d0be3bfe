import { api as contracts } from "@hivesync/contracts/api";
import { exampleIds } from "@hivesync/contracts/example-ids";
import type { OpenAPIObject, ResponseObject, SecurityRequirementObject } from "openapi3-ts/oas31";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { arrangeStory } from "#testing/arrange-story.ts";
import { createDocumentSchemas } from "#testing/document-schemas.ts";
import {
  documentedRequest,
  operationsOf,
  parametersOf,
  successOf,
  type Credentials,
  type DocumentedOperation,
} from "#testing/documented-calls.ts";
import { metricsToken } from "#testing/scrape.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi({ HIVESYNC_METRICS_TOKEN: metricsToken });
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const document = (await (await fetch(`${origin}/openapi.json`)).json()) as OpenAPIObject;
const check = createDocumentSchemas(document);
const story = await arrangeStory(api);
beforeEach(() => story.begin());

const operations = operationsOf(document);
const nobody: SecurityRequirementObject = {};
/** Each way in to each operation. */
const calls = operations.flatMap((documented) => {
  const ways = documented.operation.security ?? [];
  return (ways.length === 0 ? [nobody] : ways).map((way) => ({
    name: documented.name,
    by: Object.keys(way)[0] ?? "nobody",
    way,
    documented,
  }));
});

async function credentialsFor({ name, path, operation }: DocumentedOperation): Promise<Credentials> {
  const id = String(parametersOf({ operation, path, name: "", method: "" })[0]?.example);
  const accessToken = name.startsWith("admin.") ? story.siteToken : story.token;
  const previewToken = await story.previewToken(id);
  return { accessToken, previewToken, metricsToken, workerSecret: api.stack.workerSecret };
}

async function makeCall(
  documented: DocumentedOperation,
  way: SecurityRequirementObject,
  more: Record<string, string> = {},
): Promise<Response> {
  const { url, headers, ...request } = documentedRequest(documented, await credentialsFor(documented), way);
  return fetch(origin + url, { ...request, headers: { ...headers, ...more } });
}

/** The data of a stream's first event. */
async function firstEvent(response: Response): Promise<unknown> {
  let text = "";
  // Leaving the loop closes the stream.
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const [, data] = /^data: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error(`the stream ended before its first event: ${text}`);
}

/** What is answered: the first event of a stream, text as it is, anything else as JSON. */
function readBody(response: Response): Promise<unknown> {
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  if (type === "text/event-stream") return firstEvent(response);
  return type === "text/plain" ? response.text() : response.json();
}

test("every endpoint of the contract is called below", () => {
  const all = Object.entries(contracts).flatMap(([resource, endpoints]) =>
    Object.keys(endpoints).map((key) => `${resource}.${key}`),
  );
  const called = new Set(calls.map(({ name }) => name));
  expect(all.filter((name) => !called.has(name))).toEqual([]);
});

const limitHeaders = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];
const optionalHeaders = ["ETag", "Retry-After", ...limitHeaders];

/** What counts by address leaves loopback alone, so that only callers who are known are told of their limit for sure. */
function isAlwaysThere(header: string, way: SecurityRequirementObject): boolean {
  return !limitHeaders.includes(header) || way !== nobody;
}

describe("2xx", () => {
  test.each(calls)("$name answers its example, sent by $by, as documented", async ({ name, documented, way }) => {
    // Whoever registers is not there yet.
    if (name === "auth.register") await api.sql`TRUNCATE users CASCADE`;
    const response = await makeCall(documented, way);
    const body = await readBody(response);
    expect({ status: response.status, body }).toEqual({ status: successOf(documented), body: expect.anything() });
    const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
    const place = ["paths", documented.path, documented.method.toLowerCase(), "responses", response.status];
    expect(check([...place, "content", type, "schema"], body)).toEqual([]);
    const described = documented.operation.responses?.[response.status] as ResponseObject | undefined;
    const told = Object.keys(described?.headers ?? {});
    expect(told.filter((header) => isAlwaysThere(header, way) && !response.headers.has(header))).toEqual([]);
    expect(optionalHeaders.filter((header) => response.headers.has(header) && !told.includes(header))).toEqual([]);
  });
});

function takes(header: string): (typeof calls)[number][] {
  return calls.filter(({ documented }) => parametersOf(documented).some(({ name }) => name === header));
}

describe("304", () => {
  // A job's links are signed anew for each reader.
  const lasting = takes("If-None-Match").filter(({ name }) => !["previews.get", "ai.get"].includes(name));

  test.each(lasting)("$name sends nothing to whom has it", async ({ documented, way }) => {
    const etag = (await makeCall(documented, way)).headers.get("etag") ?? "";
    const again = await makeCall(documented, way, { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});

describe("412", () => {
  test.each(takes("If-Match"))(
    "$name changes nothing that was changed since it was read",
    async ({ documented, way }) => {
      const response = await makeCall(documented, way, { "if-match": '"another"' });
      expect(response.status).toBe(412);
      expect(await response.json()).toMatchObject({ error: { code: "PRECONDITION_FAILED" } });
    },
  );
});

test("the story is the one that the examples name", async () => {
  const rows = await api.sql`
    SELECT id FROM tasks UNION SELECT id FROM preview_sessions UNION SELECT id FROM ai_jobs UNION SELECT id FROM repo_syncs`;
  const { task, preview, runningPreview, failedPreview } = exampleIds;
  const { aiJob, runningAiJob, repoSync, runningRepoSync } = exampleIds;
  const previews = [preview, runningPreview, failedPreview];
  const named = [task, ...previews, aiJob, runningAiJob, repoSync, runningRepoSync];
  expect(rows.map(({ id }) => id as string).toSorted()).toEqual(named.toSorted());
});
