import { objectKeys } from "./object-keys.ts";

/** What an attempt of an AI job may write, under its prefix. */
export const aiFiles = {
  result: { name: "result.json", contentType: "application/json" },
  log: { name: "job.log", contentType: "text/plain; charset=utf-8" },
} as const;

/** One attempt of an AI job, as the keys of its objects say it. */
export interface AiAttempt {
  teamId: string;
  jobId: string;
  attempt: number;
}

/** The object key of one file of an attempt. */
export function aiFileKey(of: AiAttempt, file: keyof typeof aiFiles): string {
  return objectKeys.attempt({ ...of, kind: "ai" }) + aiFiles[file].name;
}
