import type { DocDraft, DocEngine, EngineRun, PreparedOrder, SymbolComment } from "#engine.ts";
import { createPause } from "#pause.ts";
import { languages } from "#languages/languages.ts";
import { describeSymbol, plainVoice } from "./describe-symbol.ts";
import { explain } from "./explain.ts";
import { writeReadme } from "./write-readme.ts";
import { summarizeSelection } from "./summarize-selection.ts";

const voices = new Map(languages.map((language) => [language.name, language.convention]));

async function comments(order: PreparedOrder, { signal, onProgress }: EngineRun): Promise<SymbolComment[]> {
  const pause = createPause(signal);
  const written: SymbolComment[] = [];
  for (const [index, outline] of order.outlines.entries()) {
    const voice = voices.get(outline.language ?? "TypeScript") ?? plainVoice;
    for (const symbol of outline.symbols) {
      await pause();
      written.push({ symbol: symbol.id, words: describeSymbol(symbol, voice) });
    }
    onProgress((index + 1) / order.outlines.length);
  }
  return written;
}

const pages = { explain, summarize: summarizeSelection, readme: writeReadme } as const;

/** The engine without a model: its words say what the code shows, and no more. It always writes English. */
export const staticEngine: DocEngine = {
  name: "static",
  write: async (order, run): Promise<DocDraft> => {
    run.signal.throwIfAborted();
    const { job_type: job } = order;
    const isForeign = order.options.language !== undefined && !/^en\b/i.test(order.options.language);
    const notes = isForeign ? ["The static engine writes English only."] : [];
    if (job === "document") return { kind: "comments", comments: await comments(order, run), notes };
    const markdown = await pages[job](order, run);
    return { kind: "markdown", markdown, notes };
  },
};
