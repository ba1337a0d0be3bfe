import { api as contracts } from "@hivesync/contracts/api";
import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { errorTable } from "@hivesync/contracts/errors";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { ExampleObject, OpenAPIObject, ReferenceObject, ResponseObject, SchemaObject } from "openapi3-ts/oas31";
import { afterAll, describe, expect, test } from "vitest";
import { createDocumentSchemas } from "#testing/document-schemas.ts";
import { bodyOf, operationsOf, parametersOf } from "#testing/documented-calls.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const answer = await fetch(`${origin}/openapi.json`);
const document = (await answer.json()) as OpenAPIObject;
const operations = operationsOf(document);
const check = createDocumentSchemas(document);

const endpoints = Object.entries(contracts).flatMap(([resource, endpointsOf]) =>
  Object.entries<Endpoint>(endpointsOf).map(([key, contract]) => ({ name: `${resource}.${key}`, contract })),
);

function read(pointer: string): unknown {
  const parts = pointer.replace("#/", "").split("/");
  return parts.reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}

type Response = ResponseObject | ReferenceObject;

function isReference(response: Response): response is ReferenceObject {
  return "$ref" in response;
}

/** A response, or the one that it refers to, with where that stands. */
function resolve(place: string[], response: Response): [string[], ResponseObject] {
  if (!isReference(response)) return [place, response];
  return [response.$ref.replace("#/", "").split("/"), read(response.$ref) as ResponseObject];
}

const responses = operations.flatMap(({ name, path, method, operation }) =>
  Object.entries<Response>(operation.responses ?? {}).map(([status, response]) => ({
    name,
    status,
    found: resolve(["paths", path, method.toLowerCase(), "responses", status], response),
  })),
);

describe("GET /openapi.json", () => {
  test("is JSON at the root and not in the envelope, and is not sent again to whom has it", async () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    const etag = answer.headers.get("etag") ?? "";
    const again = await fetch(`${origin}/openapi.json`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  test("is the same for clients that take no gzip", async () => {
    const plain = await fetch(`${origin}/openapi.json`, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await plain.json()).toEqual(document);
  });
});

describe("the document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  test("names the address that clients see, and the version that runs", () => {
    expect(document.servers).toEqual([{ url: "http://api.test" }]);
    expect(document.info).toMatchObject({ title: "HiveSync API", version: api.deps.settings.version });
  });

  test("every reference leads somewhere", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = ""]) => to);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((to) => !to.startsWith("#/") || read(to) === undefined)).toEqual([]);
  });

  test("no two operations have one name", () => {
    const names = operations.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("every operation stands under one tag, and every tag has its sentence and its operations", () => {
    const used = operations.map(({ operation }) => operation.tags ?? []);
    expect(used.filter((tags) => tags.length !== 1)).toEqual([]);
    const described = document.tags?.filter(({ description }) => description?.endsWith(".")).map(({ name }) => name);
    expect(described?.toSorted()).toEqual([...new Set(used.flat())].toSorted());
  });

  test("every summary is one sentence, and every parameter in an address is described", () => {
    expect(operations.filter(({ operation }) => !/^[A-Z][^\n]+\.$/.test(operation.summary ?? ""))).toEqual([]);
    for (const documented of operations) {
      const inPath = parametersOf(documented).filter(({ in: place }) => place === "path");
      const named = [...documented.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required, example }) => required && example !== undefined)).toBe(true);
    }
  });

  test.each(["/health", "/health/deep", "/.well-known/jwks.json"])("tells of %s at the root", (path) => {
    expect(document.paths?.[path]?.get).toBeDefined();
  });

  test.each(["Project", "Task", "Notification", "Error", "Preview", "Team", "Comment", "User"])(
    "describes what is shared once: %s",
    (name) => {
      expect(document.components?.schemas).toHaveProperty(name);
      expect(JSON.stringify(document)).toContain(`{"$ref":"#/components/schemas/${name}"}`);
    },
  );
});

describe.each(endpoints)("$name", ({ name, contract }) => {
  const { method, path } = parseRest(contract.rest);
  const documented = operations.find((operation) => operation.name === name);

  test("stands at its method and path", () => {
    expect(documented).toMatchObject({ method, path: `/api/v1${path}` });
  });

  test("takes every field of its input, in the path, the query or the body", () => {
    const inAddress = documented ? parametersOf(documented).filter(({ in: place }) => place !== "header") : [];
    const body: SchemaObject | ReferenceObject | undefined =
      documented && bodyOf(documented)?.content["application/json"]?.schema;
    const object = body && "$ref" in body ? (read(body.$ref) as SchemaObject) : body;
    const inBody = Object.keys(object?.properties ?? {});
    const fields = [...inAddress.map((parameter) => parameter.name), ...inBody];
    expect(fields.toSorted()).toEqual(Object.keys(contract.input.shape).toSorted());
  });

  test("asks for what its access says", () => {
    const ways = (documented?.operation.security ?? []).map((way) => Object.keys(way));
    const signature = ["webhookId", "webhookTimestamp", "webhookSignature"];
    const { kind } = contract.access;
    const expected = { public: [], worker: [signature], role_or_preview: [["accessToken"], ["previewToken"]] };
    expect(ways).toEqual(kind in expected ? expected[kind as keyof typeof expected] : [["accessToken"]]);
  });

  test("tells every error of its own under its status", () => {
    const statuses = Object.keys(documented?.operation.responses ?? {});
    for (const code of contract.errors) expect(statuses).toContain(String(errorTable[code].status));
  });
});

describe("examples of the document", () => {
  test.each(responses)("$name: what it answers with $status is as its schema says", ({ found: [place, response] }) => {
    for (const [type, { example, examples = {} }] of Object.entries(response.content ?? {})) {
      const named = Object.values(examples as Record<string, ExampleObject>).map(({ value }): unknown => value);
      const values: unknown[] = [...(example === undefined ? [] : [example]), ...named];
      expect(values.length).toBeGreaterThan(0);
      for (const value of values) expect(check([...place, "content", type, "schema"], value)).toEqual([]);
    }
  });

  test.each(operations)("$name: what it is sent is as its schema says", (documented) => {
    const place = ["paths", documented.path, documented.method.toLowerCase()];
    const body = Object.entries(bodyOf(documented)?.content ?? {}).map(([type, { example }]) => ({
      at: [...place, "requestBody", "content", type, "schema"],
      example: example as unknown,
    }));
    const inAddress = parametersOf(documented).map(({ example }, index) => ({
      at: [...place, "parameters", index, "schema"],
      example: example as unknown,
    }));
    const given = [...body, ...inAddress].filter(({ example }) => example !== undefined);
    expect(given.flatMap(({ at, example }) => check(at, example))).toEqual([]);
  });
});
