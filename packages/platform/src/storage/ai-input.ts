import { aiInput, type AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { Storage } from "./client.ts";
import { readJobInput } from "./job-input.ts";

/** What an AI job works on, or undefined when the store has nothing usable under the key. */
export function readAiInput(storage: Storage, key: string, signal?: AbortSignal): Promise<AiInput | undefined> {
  return readJobInput(storage, { key, schema: aiInput }, signal);
}
