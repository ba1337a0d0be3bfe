import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { accessWords, limitWords } from "@hivesync/contracts/words";
import type { Page, pageOf } from "@hivesync/contracts/pagination";
import type { ContentObject, OperationObject, ReferenceObject, ResponseObject, SchemaObject } from "openapi3-ts/oas31";
import { answersOneResource } from "#etag.ts";
import { possibleErrors } from "#possible-errors.ts";
import { ndjsonType } from "#send-lines.ts";
import { describeRequest } from "./describe-request.ts";
import type { ErrorResponses } from "./error-responses.ts";
import { headersOf, rateLimitHeaders } from "./headers.ts";
import type { JsonSchemas } from "./json-schemas.ts";
import { securityOf } from "./security-schemes.ts";

/** What the parts of a document are gathered in as its operations are described. */
export interface Gatherers {
  schemas: JsonSchemas;
  errors: ErrorResponses;
}

function envelope(data: SchemaObject | ReferenceObject): SchemaObject {
  return {
    type: "object",
    required: ["ok", "data", "error"],
    properties: { ok: { const: true }, data, error: { type: "null" } },
  };
}

const wordsOfStatus = { 200: "Done.", 201: "Made.", 202: "Accepted, and queued." } as const;

const wordsOfExport =
  "Asked for `application/x-ndjson`, every row of the list is a line of JSON; `limit` and `offset` are not taken then. An export that cannot be finished is cut off: what ends as usual is whole.";

/** What a list is as lines: the schema of each. */
function describeExport({ exports, output, example }: Endpoint, schemas: JsonSchemas): ContentObject {
  if (exports === undefined) return {};
  const { items } = (output as ReturnType<typeof pageOf>).shape;
  const [row] = (example.output as Page<unknown>).items;
  return { [ndjsonType]: { schema: schemas.ofOutput(items.element), example: row } };
}

function describeSuccess(contract: Endpoint, schemas: JsonSchemas): ResponseObject {
  const data = schemas.ofOutput(contract.output);
  const { output } = contract.example;
  const headers = headersOf([
    "X-Request-Id",
    ...(possibleErrors(contract).includes("RATE_LIMITED") ? rateLimitHeaders : []),
    ...(answersOneResource(contract) ? (["ETag"] as const) : []),
  ]);
  if (contract.kind === "subscription") {
    return {
      description: "Server-sent events for as long as you listen. The data of each is JSON of this schema.",
      headers,
      content: { "text/event-stream": { schema: data, example: output } },
    };
  }
  return {
    description: wordsOfStatus[contract.status ?? 200] + (contract.exports ? ` ${wordsOfExport}` : ""),
    headers,
    content: {
      "application/json": { schema: envelope(data), example: { ok: true, data: output, error: null } },
      ...describeExport(contract, schemas),
    },
  };
}

const notModified: ResponseObject = {
  description: "What you have is still what it is.",
  headers: headersOf(["X-Request-Id", "ETag"]),
};

/** The first sentence is a title; what it says besides stands below, with who may call and how often. */
function describeUse(contract: Endpoint, name: string): { summary: string; description: string } {
  const [summary = "", ...more] = contract.summary.split(/(?<=\.) /);
  const limit = limitWords[contract.rate];
  const lines = [
    ...(more.length === 0 ? [] : [more.join(" "), ""]),
    `- Who: ${accessWords(contract.access)}`,
    ...(limit === "" ? [] : [`- Limit: ${limit}`]),
    ...(contract.kind === "callback" ? [] : [`- Over tRPC: \`${name}\``]),
  ];
  return { summary, description: lines.join("\n") };
}

/** An endpoint as OpenAPI has it. `name` is that over tRPC, as `projects.create`. */
export function describeOperation(name: string, contract: Endpoint, { schemas, errors }: Gatherers): OperationObject {
  const [resource = ""] = name.split(".");
  const isConditionalRead = answersOneResource(contract) && parseRest(contract.rest).method === "GET";
  return {
    operationId: name,
    tags: [resource],
    ...describeUse(contract, name),
    security: securityOf(contract.access),
    ...describeRequest(contract, schemas),
    responses: {
      [contract.status ?? 200]: describeSuccess(contract, schemas),
      ...(isConditionalRead ? { 304: notModified } : {}),
      ...errors.of(possibleErrors(contract)),
    },
  };
}
