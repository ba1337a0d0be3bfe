import { toBodyError } from "#server/body-error.ts";
import { fetchAsUser } from "#server/trpc.ts";
import type { AuditInput } from "./use-audit-filters.ts";

type SaveAs = (options: {
  suggestedName: string;
  types: { description: string; accept: Record<string, string[]> }[];
}) => Promise<FileSystemFileHandle>;

/** Where the export goes: a file that is written as it comes where the browser can, else what it gathers. */
interface Sink {
  stream: WritableStream<Uint8Array>;
  /** Once all of it is there. */
  finish: () => void;
}

const type = "application/x-ndjson";

function offerDownload(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The browser has its own hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function gatherInMemory(name: string): Sink {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  return {
    stream: new WritableStream({ write: (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>) }),
    finish: () => offerDownload(new Blob(chunks, { type }), name),
  };
}

async function openSink(name: string): Promise<Sink> {
  const saveAs = (globalThis as { showSaveFilePicker?: SaveAs }).showSaveFilePicker;
  if (!saveAs) return gatherInMemory(name);
  const file = await saveAs({
    suggestedName: name,
    types: [{ description: "One JSON object a line", accept: { [type]: [".ndjson"] } }],
  });
  return { stream: await file.createWritable(), finish: () => undefined };
}

/** Counts what passes. */
function meter(onProgress: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      onProgress(bytes);
      controller.enqueue(chunk);
    },
  });
}

/**
 * Saves every row that the filters name as one JSON object a line, however many there are. The user is asked where to, where the browser can.
 *
 * @returns false when the user thought better of it.
 * @throws when the export was cut: half of it is not taken for the whole.
 */
export async function exportAudit(input: AuditInput, onProgress: (bytes: number) => void): Promise<boolean> {
  const name = `audit-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.ndjson`;
  let sink: Sink;
  try {
    sink = await openSink(name);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return false;
    throw error;
  }
  const query = new URLSearchParams(input).toString();
  const answer = await fetchAsUser(`/api/v1/admin/audit${query && `?${query}`}`, { headers: { accept: type } });
  if (!answer.ok || !answer.body) {
    await sink.stream.abort();
    throw await toBodyError(answer);
  }
  await answer.body.pipeThrough(meter(onProgress)).pipeTo(sink.stream);
  sink.finish();
  return true;
}
