import { aiResult, inlineResultBytes, type AiResult } from "@hivesync/contracts/jobs/ai-result";
import type { Deps } from "#deps.ts";
import { toAppError } from "#to-app-error.ts";

/**
 * A result that is small enough to be part of an answer. Null for any other, and where the store does not give it now: there is a link to it
 * all the same, and the job's state is not kept back for it.
 */
export async function readSmallResult(
  { storage, log }: Pick<Deps, "storage" | "log">,
  key: string,
): Promise<AiResult | null> {
  try {
    const object = await storage.head(key);
    if (!object || object.size >= inlineResultBytes) return null;
    const bytes = await storage.get(key);
    return bytes ? aiResult.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))) : null;
  } catch (error) {
    log.warn("result_not_read", { error: toAppError(error) });
    return null;
  }
}
