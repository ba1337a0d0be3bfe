import type { z } from "zod";

/** A field of an input that holds an id, at any depth of objects. */
export interface UuidField {
  path: string[];
  /** The input with this id in the field. */
  set: (input: Record<string, unknown>, id: string) => Record<string, unknown>;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod;
  return "innerType" in def ? unwrap(def.innerType as z.core.$ZodType) : schema;
}

function isUuid(schema: z.core.$ZodType): boolean {
  const { def } = schema._zod;
  return "format" in def && def.format === "uuid";
}

/** The fields of an input that hold an id: what a caller could point elsewhere. */
export function uuidFieldsOf(schema: z.core.$ZodObject): UuidField[] {
  const shape = Object.entries(schema._zod.def.shape as Record<string, z.core.$ZodType>);
  return shape.flatMap(([key, field]): UuidField[] => {
    const inner = unwrap(field);
    if (isUuid(inner)) return [{ path: [key], set: (input, id) => ({ ...input, [key]: id }) }];
    if (inner._zod.def.type !== "object") return [];
    return uuidFieldsOf(inner as z.core.$ZodObject).map(({ path, set }) => ({
      path: [key, ...path],
      set: (input, id) => ({ ...input, [key]: set((input[key] ?? {}) as Record<string, unknown>, id) }),
    }));
  });
}
