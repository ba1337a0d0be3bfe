import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { z } from "zod";

/** What we use of JSON Schema, as zod writes it. */
interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: "string" | "integer" | "number" | "boolean" | "null" | "array" | "object";
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
}

const mostItems = 3;
const longestText = 300;

/** What can never be right for any field, each by another way of being wrong. */
const junk: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    "",
    " ",
    "\0",
    "\udfff",
    "null",
    "../../etc/passwd",
    "' OR 1=1 --",
    "%00%2e%2e/",
    "a".repeat(100_000),
    [],
    [null],
    {},
    { $ne: null },
    { constructor: { prototype: {} } },
    JSON.parse('{"__proto__":{"admin":true}}'),
  ),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(fc.integer(), { maxLength: 2_000 }),
);

/** Where ids and named schemas are taken from. */
interface Source {
  ids: readonly string[];
  named: Record<string, JsonSchema>;
}

function text({ format, pattern, minLength = 0, maxLength = longestText }: JsonSchema, { ids }: Source) {
  if (format === "uuid") return fc.constantFrom(...ids);
  if (format === "email") return fc.emailAddress();
  if (format === "uri") return fc.webUrl({ validSchemes: ["https"] });
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, "u"));
  const length = { minLength, maxLength: Math.min(maxLength, longestText) };
  return fc.oneof(fc.string({ ...length, unit: "grapheme" }), fc.string(length));
}

function integer({ minimum = -1_000_000, maximum = 1_000_000 }: JsonSchema): Arbitrary<number> {
  return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
}

function object(schema: JsonSchema, source: Source): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (typeof additionalProperties === "object")
    return fc.dictionary(fc.string({ maxLength: 10 }), arbitraryOf(additionalProperties, source), {
      maxKeys: mostItems,
    });
  const fields = Object.entries(properties).map(([key, field]) => [key, arbitraryOf(field, source)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

function arbitraryOf(schema: JsonSchema, source: Source): Arbitrary<unknown> {
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return arbitraryOf(source.named[name] ?? {}, source);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, source)));
  switch (schema.type) {
    case "string":
      return text(schema, source);
    case "integer":
    case "number":
      return integer(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}, source), { maxLength: mostItems });
    case "object":
      return object(schema, source);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

/**
 * Inputs of the schema's shape; nearly all are valid, and some fail what refines it.
 *
 * @param ids - What ids are chosen from: some under which something stands, and some under which nothing does.
 */
export function shapedInput(schema: z.ZodObject, ids: readonly string[]): Arbitrary<Record<string, unknown>> {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" }) as JsonSchema;
  return arbitraryOf(json, { ids, named: json.$defs ?? {} }) as Arbitrary<Record<string, unknown>>;
}

/** The places in a value that can be broken: each key of each object in it. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...placesIn(inner).map((rest) => [key, ...rest])]);
}

function replaceAt(value: unknown, [key = "", ...rest]: readonly string[], replacement: unknown): unknown {
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  const record = copy as Record<string, unknown>;
  record[key] = rest.length === 0 ? replacement : replaceAt(record[key], rest, replacement);
  return copy;
}

/** An input with exactly one field replaced by junk, left out, or added that is none of its own. */
export function brokenInput(schema: z.ZodObject, ids: readonly string[]): Arbitrary<Record<string, unknown>> {
  const breaking = fc.record({ place: fc.nat(), how: fc.constantFrom("junk", "absent", "added"), junk });
  return fc.tuple(shapedInput(schema, ids), breaking).map(([input, { place, how, junk: value }]) => {
    const places = placesIn(input);
    const chosen = places[place % Math.max(places.length, 1)];
    if (how === "added" || !chosen) return { ...input, surprise: value };
    return replaceAt(input, chosen, how === "absent" ? undefined : value) as Record<string, unknown>;
  });
}
