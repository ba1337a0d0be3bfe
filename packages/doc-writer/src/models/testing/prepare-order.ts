import type { DocFile, DocOrder, PreparedOrder } from "#engine.ts";
import { outlineFile } from "#symbols/outline.ts";

/** An order with its files read, as engines get it. */
export async function prepareOrder(files: readonly DocFile[], rest: Partial<DocOrder> = {}): Promise<PreparedOrder> {
  const order: DocOrder = { job_type: "document", files, context: [], options: {}, ...rest };
  const outlines = await Promise.all(files.map((file) => outlineFile(file, () => undefined)));
  return { ...order, outlines };
}

/** What a run was told, with a signal to end it by. */
export interface ObservedRun {
  signal: AbortSignal;
  onProgress: (share: number) => void;
  shares: number[];
}

export function observeRun(signal: AbortSignal = new AbortController().signal): ObservedRun {
  const shares: number[] = [];
  return { signal, shares, onProgress: (share) => void shares.push(share) };
}
