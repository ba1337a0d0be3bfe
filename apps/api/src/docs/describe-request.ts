import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import type { ParameterObject, ReferenceObject, RequestBodyObject, SchemaObject } from "openapi3-ts/oas31";
import { answersOneResource } from "#etag.ts";
import { takesIdempotencyKey } from "#idempotency.ts";
import type { JsonSchemas } from "./json-schemas.ts";

const text = { type: "string" } as const;

const idempotencyKey: ParameterObject = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "Made anew for each thing that you want done, a UUID for example. The same key with the same body gives the first answer again for a day and changes nothing.",
  schema: { type: "string", minLength: 16, maxLength: 128, pattern: "^[!-~]+$" },
};
const ifNoneMatch: ParameterObject = {
  name: "If-None-Match",
  in: "header",
  description: "The `ETag` of the answer that you have. 304 when it is still that.",
  schema: text,
};
const ifMatch: ParameterObject = {
  name: "If-Match",
  in: "header",
  description: "The `ETag` of what you have read. PRECONDITION_FAILED when it was changed since.",
  schema: text,
};
const lastEventId: ParameterObject = {
  name: "Last-Event-ID",
  in: "header",
  description:
    "The id of the last event that you have seen. What came after it is sent first. An EventSource does this by itself.",
  schema: text,
};

function headerParameters(contract: Endpoint): ParameterObject[] {
  const { method, path } = parseRest(contract.rest);
  const hasEtag = answersOneResource(contract);
  return [
    ...(takesIdempotencyKey(contract) ? [idempotencyKey] : []),
    ...(hasEtag && method === "GET" ? [ifNoneMatch] : []),
    ...(contract.errors.includes("PRECONDITION_FAILED") ? [ifMatch] : []),
    ...(path === "/notifications/stream" ? [lastEventId] : []),
  ];
}

/** A field of an input, with where it stands in a request. */
interface Field {
  name: string;
  place: "path" | "query" | "body";
  schema: SchemaObject;
  required: boolean;
  example: unknown;
}

function fieldsOf(contract: Endpoint, input: SchemaObject): Field[] {
  const { method, parameters } = parseRest(contract.rest);
  const otherwise = method === "GET" || method === "DELETE" ? "query" : "body";
  const examples: Record<string, unknown> = contract.example.input;
  return Object.entries(input.properties ?? {}).map(([name, schema]) => ({
    name,
    place: parameters.includes(name) ? "path" : otherwise,
    schema: schema as SchemaObject,
    required: parameters.includes(name) || (input.required?.includes(name) ?? false),
    example: examples[name],
  }));
}

function toParameter({ name, place, schema, required, example }: Field): ParameterObject {
  return {
    name,
    in: place === "path" ? "path" : "query",
    required,
    schema,
    ...(example === undefined ? {} : { example }),
  };
}

function toBody(input: SchemaObject | ReferenceObject, object: SchemaObject, fields: Field[]): RequestBodyObject {
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  const properties = Object.fromEntries(fields.map(({ name, schema }) => [name, schema]));
  const isWhole = fields.length === Object.keys(object.properties ?? {}).length;
  const schema = isWhole ? input : { ...object, properties, required };
  const given = fields.filter(({ example }) => example !== undefined);
  const example = Object.fromEntries(given.map((field) => [field.name, field.example]));
  return { required: required.length > 0, content: { "application/json": { schema, example } } };
}

/** What stands in a request, by where it stands there. */
export function describeRequest(
  contract: Endpoint,
  schemas: JsonSchemas,
): { parameters: ParameterObject[]; requestBody?: RequestBodyObject } {
  const input = schemas.ofInput(contract.input);
  const object = schemas.resolve(input);
  const fields = fieldsOf(contract, object);
  const inBody = fields.filter(({ place }) => place === "body");
  const parameters = [
    ...fields.filter(({ place }) => place !== "body").map(toParameter),
    ...headerParameters(contract),
  ];
  return { parameters, ...(inBody.length === 0 ? {} : { requestBody: toBody(input, object, inBody) }) };
}
