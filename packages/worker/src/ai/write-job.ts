import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import { writeDocs } from "@hivesync/doc-writer/document/write-docs";
import { createEngine } from "@hivesync/doc-writer/models/create-engine";
import { readOrder } from "./read-order.ts";
import type { WriterJob } from "./writer-messages.ts";

/** Does one AI job: reads its files, has an engine write, answers the result as it is stored. */
export async function writeJob(
  { input, blobDirectory, engine: settings }: WriterJob,
  onProgress: (share: number) => void,
): Promise<AiResult> {
  const { order, notes: readingNotes } = await readOrder(input, blobDirectory);
  await using opened = await createEngine(settings);
  // Nobody asks a job to stop: its process is ended.
  const written = await writeDocs(opened, order, { signal: new AbortController().signal, onProgress });
  const { engine, markdown, notes, edits, diff, files } = written;
  const result = { engine, markdown, notes: [...readingNotes, ...notes] };
  return input.job_type === "document" ? { ...result, edits, diff, files } : result;
}
