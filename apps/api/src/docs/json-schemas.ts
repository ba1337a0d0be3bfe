import type { ReferenceObject, SchemaObject } from "openapi3-ts/oas31";
import { z } from "zod";

type Described = SchemaObject | ReferenceObject;
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Turns schemas of the contract into those of an OpenAPI document, and gathers what has a name of its own. */
export interface JsonSchemas {
  /** What a caller may send. */
  ofInput: (schema: z.ZodType) => Described;
  /** What is answered. */
  ofOutput: (schema: z.ZodType) => Described;
  /** A schema as it stands, or the one that it refers to. */
  resolve: (schema: Described) => SchemaObject;
  /** Whatever of the schemas so far has a name: they are referred to under `#/components/schemas/`. */
  components: () => Record<string, SchemaObject>;
}

/** Says what a reader needs: a format without the expression that checks it, no bound that is only that of the number's type. */
function simplify({ jsonSchema: schema }: { jsonSchema: JsonSchema }): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  // Every name of a JSON object is a string.
  if (isPlainString(schema.propertyNames)) delete schema.propertyNames;
}

function isPlainString(schema: JsonSchema["propertyNames"]): boolean {
  return typeof schema === "object" && schema.type === "string" && Object.keys(schema).length === 1;
}

/** The names stand in the document's components, and not in each schema. */
function withComponentRefs(schema: JsonSchema): Described {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as Described;
}

export function createJsonSchemas(): JsonSchemas {
  const components = new Map<string, SchemaObject>();
  const convert = (schema: z.ZodType, io: "input" | "output") => {
    // Within an object, so that a schema that has a name is referred to as well.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), { io, override: simplify });
    for (const [name, definition] of Object.entries($defs)) {
      const component = withComponentRefs(definition);
      const known = components.get(name);
      if (known && JSON.stringify(known) !== JSON.stringify(component))
        throw new Error(`${name} is one thing as input and another as output, or the name of two schemas`);
      components.set(name, component as SchemaObject);
    }
    return withComponentRefs(properties?.["it"] as JsonSchema);
  };
  return {
    ofInput: (schema) => convert(schema, "input"),
    ofOutput: (schema) => convert(schema, "output"),
    resolve: (schema) => ("$ref" in schema ? (components.get(schema.$ref.split("/").at(-1) ?? "") ?? {}) : schema),
    components: () => Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
