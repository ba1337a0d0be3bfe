import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import type { AiSettings } from "@hivesync/doc-writer/models/ai-settings";

/** One AI job that a process is asked to do. */
export interface WriterJob {
  type: "job";
  input: AiInput;
  /** A folder of files named by the SHA-256 of their bytes. Whoever fills it has checked the hashes. */
  blobDirectory: string;
  /** By this way and not by the environment, which a child of the engine would inherit with its key. */
  engine: AiSettings;
}

/** Asks it to end. */
export interface WriterFarewell {
  type: "farewell";
}

/** What it answers: shares of the whole, then a result, a reason for the user why there is none, or what broke. */
export type WriterMessage =
  | { type: "progress"; share: number }
  | { type: "result"; result: AiResult }
  | { type: "refused"; reason: string }
  | { type: "failed"; message: string };
