import { readFile } from "node:fs/promises";
import path from "node:path";
import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import { AppError } from "@hivesync/platform/app-error";
import type { DocFile, DocOrder } from "@hivesync/doc-writer/engine";

/** An order with what could not be read of it. */
export interface ReadOrder {
  order: DocOrder;
  notes: string[];
}

// The mark stays: a file that begins with it is given back with it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

async function readText(directory: string, sha256: string): Promise<string | undefined> {
  const bytes = await readFile(path.join(directory, sha256));
  // As git tells text from anything else.
  if (bytes.subarray(0, 8_000).includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

async function readFiles(
  directory: string,
  files: AiInput["selection"],
): Promise<{ texts: DocFile[]; unreadable: string[] }> {
  const texts: DocFile[] = [];
  const unreadable: string[] = [];
  for (const { path: name, sha256, line_start, line_end } of files) {
    const text = await readText(directory, sha256);
    if (text === undefined) unreadable.push(name);
    else texts.push({ path: name, text, line_start, line_end });
  }
  return { texts, unreadable };
}

function noText(): AppError {
  return new AppError("AI_JOB_FAILED", { publicMessage: "No selected file is text in UTF-8." });
}

/**
 * Reads a job's files out of its folder. What is no text in UTF-8 is left out and noted.
 *
 * @throws AppError AI_JOB_FAILED when nothing of the selection is text.
 */
export async function readOrder(input: AiInput, directory: string): Promise<ReadOrder> {
  const { job_type, options } = input;
  const selection = await readFiles(directory, input.selection);
  const context = await readFiles(directory, input.context);
  if (selection.texts.length === 0) throw noText();
  const notes = [...selection.unreadable, ...context.unreadable].map(
    (name) => `${name}: it is no text in UTF-8; it was left out.`,
  );
  return { order: { job_type, options, files: selection.texts, context: context.texts }, notes };
}
