import type { z } from "zod";
import { ModelFailure } from "./model-failure.ts";

const maxComplaintLength = 400;

/** What stands around the object in the answers of models that were told not to: thoughts, fences, an introduction. */
function objectIn(answer: string): string | undefined {
  const said = answer.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
  const start = said.indexOf("{");
  const end = said.lastIndexOf("}");
  return start === -1 || end < start ? undefined : said.slice(start, end + 1);
}

function parse(answer: string): unknown {
  const text = objectIn(answer);
  if (text === undefined) throw new ModelFailure("unreadable", { complaint: "There was no JSON object in it." });
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFailure("unreadable", { complaint: "It was not valid JSON, or it broke off." });
  }
}

/**
 * Reads what a model answered.
 *
 * @throws ModelFailure `unreadable`, with what is wrong in words that are ours.
 */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, answer: string): z.output<Schema> {
  const parsed = schema.safeParse(parse(answer));
  if (parsed.success) return parsed.data;
  // Paths hold the schema's keys and numbers only: what the model said is not told back to it as an instruction.
  const problems = parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.map(String).join(".")}: ${code}`);
  throw new ModelFailure("unreadable", { complaint: problems.join("; ").slice(0, maxComplaintLength) });
}
