import { writeDocs } from "#document/write-docs.ts";
import type { DocResult } from "#document/write-docs.ts";
import type { DocEngine, DocFile, DocJobType, DocOptions, SymbolWords } from "#engine.ts";
import { staticEngine } from "#static/static-engine.ts";

export interface TestOrder {
  engine?: DocEngine;
  job?: DocJobType;
  options?: DocOptions;
  context?: DocFile[];
  signal?: AbortSignal;
}

/** Does an order with the static engine, or with another. */
export function document(files: readonly DocFile[], order: TestOrder = {}): Promise<DocResult> {
  const { engine = staticEngine, job = "document", options = {}, context = [] } = order;
  const run = { signal: order.signal ?? AbortSignal.timeout(60_000), onProgress: () => undefined };
  return writeDocs(engine, { job_type: job, files, context, options }, run);
}

/** One file's new text; the same text where nothing was written. */
export async function documented(path: string, text: string, order?: TestOrder): Promise<string> {
  const { files } = await document([{ path, text }], order);
  return files[0]?.text ?? text;
}

/** An engine that says the same about every symbol. */
export function parrot(words: SymbolWords): DocEngine {
  return {
    name: "local",
    write: ({ outlines }) => {
      const symbols = outlines.flatMap((outline) => outline.symbols);
      const comments = symbols.map((symbol) => ({ symbol: symbol.id, words }));
      return Promise.resolve({ kind: "comments", comments, notes: [] });
    },
  };
}
