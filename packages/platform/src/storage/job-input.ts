import type { z } from "zod";
import type { Storage } from "./client.ts";

/** What a job works on, or undefined when the store has nothing usable under the key. */
export async function readJobInput<Schema extends z.ZodType>(
  storage: Pick<Storage, "get">,
  from: { key: string; schema: Schema },
  signal?: AbortSignal,
): Promise<z.output<Schema> | undefined> {
  const bytes = await storage.get(from.key, signal);
  if (bytes === undefined) return undefined;
  try {
    return from.schema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return undefined;
  }
}
