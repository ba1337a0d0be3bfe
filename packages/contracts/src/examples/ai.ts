import { exampleIds } from "../example-ids.ts";
import type { AiResult } from "../jobs/ai-result.ts";
import type { AiJob, AiJobSummary, SelectedFile, SubmittedAiJob } from "../resources/ai.ts";

/** The text of the file that {@link exampleAiSelection} names. */
export const exampleAiFileText = "export const double = (value: number): number => value * 2;\n";

export const exampleAiSelection: SelectedFile = {
  path: "src/double.ts",
  sha256: "646ca97a110594a80838470c4e6b608ab820c114885e9720eac597fa1c057e60",
  size: 60,
  line_start: 1,
  line_end: 1,
};

export const exampleSubmittedAiJob: SubmittedAiJob = { job_id: exampleIds.aiJob, status: "QUEUED", queue: "ai-cpu" };

export const exampleAiSummary: AiJobSummary = {
  ...exampleSubmittedAiJob,
  status: "COMPLETED",
  project_id: exampleIds.project,
  job_type: "document",
  error: null,
  requested_by: exampleIds.ada,
  retried_from: null,
  created_at: "2026-11-22T10:20:00.000Z",
  started_at: "2026-11-22T10:20:01.000Z",
  completed_at: "2026-11-22T10:20:02.000Z",
};

const comment = "/** Doubles a value. */\n";

export const exampleAiResult: AiResult = {
  engine: "static",
  markdown: "`double(value: number): number` doubles a value.\n",
  notes: [],
  edits: [{ path: exampleAiSelection.path, line: 1, delete_lines: 0, insert: comment }],
  diff: `--- a/src/double.ts\n+++ b/src/double.ts\n@@ -1 +1,2 @@\n+${comment} ${exampleAiFileText}`,
  files: [{ path: exampleAiSelection.path, text: comment + exampleAiFileText }],
};

const stored = `https://storage.hivesync.example/hivesync/t/${exampleIds.team}/ai/${exampleIds.aiJob}/1`;
const signature = "X-Amz-Expires=300&X-Amz-Signature=example";

export const exampleAiJob: AiJob = {
  ...exampleAiSummary,
  progress: null,
  result_url: `${stored}/result.json?${signature}`,
  result: exampleAiResult,
  logs_url: `${stored}/job.log?${signature}`,
};
