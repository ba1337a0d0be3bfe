import { z } from "zod";

/** The bounds of one symbol's words, in characters and in items. What is longer is cut. */
export const wordBounds = { summary: 400, remarks: 1_200, text: 300, items: 40, markdown: 60_000 } as const;

/** What is asked of a model, as a JSON Schema that grammars and servers take. */
export type AnswerSchema =
  | { readonly kind: "comments"; readonly ids: readonly string[] }
  | { readonly kind: "markdown"; readonly maxLength: number };

const text = (maxLength: number) => ({ type: "string", maxLength }) as const;

function object<const Properties extends Record<string, unknown>>(properties: Properties) {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false } as const;
}

function commentsSchema(ids: readonly string[]) {
  const named = (key: "name" | "type") => ({
    type: "array" as const,
    maxItems: wordBounds.items,
    items: object({ [key]: text(120), text: text(wordBounds.text) }),
  });
  const comment = object({
    id: { enum: ids },
    summary: { ...text(wordBounds.summary), minLength: 1 },
    remarks: text(wordBounds.remarks),
    parameters: named("name"),
    returns: text(wordBounds.text),
    throws: named("type"),
  });
  return object({ comments: { type: "array", minItems: 1, maxItems: ids.length, items: comment } as const });
}

/** The schema with the lengths that a grammar can hold a model to. */
export function toJsonSchema(schema: AnswerSchema) {
  return schema.kind === "comments"
    ? commentsSchema(schema.ids)
    : object({ markdown: text(Math.min(schema.maxLength, wordBounds.markdown)) });
}

const lengths: ReadonlySet<string> = new Set(["minLength", "maxLength", "minItems", "maxItems"]);

/** The schema without lengths, which strict servers refuse. */
export function toServerSchema(schema: AnswerSchema): object {
  return JSON.parse(
    JSON.stringify(toJsonSchema(schema), (key, value: unknown) => (lengths.has(key) ? undefined : value)),
  ) as object;
}

// Models leave out what is empty, or write null for it.
const optionalText = z.string().nullish();
const named = <Key extends string>(key: Key) =>
  z
    .array(z.object({ [key]: z.string(), text: z.string() } as Record<Key | "text", z.ZodString>))
    .max(1_000)
    .nullish();

export const commentsAnswer = z.object({
  comments: z
    .array(
      z.object({
        id: z.string(),
        summary: z.string(),
        remarks: optionalText,
        parameters: named("name"),
        returns: optionalText,
        throws: named("type"),
      }),
    )
    .max(1_000),
});

export type CommentAnswer = z.output<typeof commentsAnswer>["comments"][number];

export const markdownAnswer = z.object({ markdown: z.string().trim().min(1) });
