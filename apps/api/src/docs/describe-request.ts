import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import type { ParameterObject, RequestBodyObject, SchemaObject } from "openapi3-ts/oas31";
import { answersOneResource } from "#etag.ts";
import type { JsonSchemas } from "./json-schemas.ts";
import { takesIdempotencyKey } from "./possible-errors.ts";

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

/** An object's fields, each with whether it must be there. */
function fieldsOf(schema: SchemaObject): { name: string; schema: SchemaObject; required: boolean }[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    schema: field as SchemaObject,
    required: schema.required?.includes(name) ?? false,
  }));
}

function without(names: readonly string[], input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
}

function bodyOf(contract: Endpoint, input: SchemaObject, parameters: readonly string[]): RequestBodyObject | undefined {
  const fields = fieldsOf(input).filter(({ name }) => !parameters.includes(name));
  if (fields.length === 0) return undefined;
  const required = fields.filter((field) => field.required).map(({ name }) => name);
  const schema: SchemaObject = {
    ...input,
    properties: Object.fromEntries(fields.map((field) => [field.name, field.schema])),
    required,
  };
  const example = without(parameters, contract.example.input);
  return { required: required.length > 0, content: { "application/json": { schema, example } } };
}

/** What stands in a request, by where it stands there. */
export function describeRequest(
  contract: Endpoint,
  schemas: JsonSchemas,
): { parameters: ParameterObject[]; requestBody?: RequestBodyObject } {
  const { method, parameters: inPath } = parseRest(contract.rest);
  const input = schemas.ofInput(contract.input);
  const examples: Record<string, unknown> = contract.example.input;
  const readsQuery = method === "GET" || method === "DELETE";
  const parameters = fieldsOf(input)
    .filter(({ name }) => readsQuery || inPath.includes(name))
    .map(({ name, schema, required }): ParameterObject => {
      const isInPath = inPath.includes(name);
      const example = examples[name];
      return {
        name,
        in: isInPath ? "path" : "query",
        required: isInPath || required,
        schema,
        ...(example === undefined ? {} : { example }),
      };
    });
  const requestBody = readsQuery ? undefined : bodyOf(contract, input, inPath);
  return { parameters: [...parameters, ...headerParameters(contract)], ...(requestBody ? { requestBody } : {}) };
}
