import type { DocDraft, DocEngine, EngineRun, PreparedOrder, SymbolComment } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import { commentsAnswer } from "./answer-schema.ts";
import { askWithCare } from "./ask-with-care.ts";
import { PromptBuilder } from "./build-prompt.ts";
import { cleanWords } from "./clean-words.ts";
import type { ModelEngineOptions } from "./model-engine-options.ts";
import { ModelFailure } from "./model-failure.ts";
import { planComments, wantedSymbols } from "./plan-comments.ts";
import type { CommentBatch } from "./plan-comments.ts";
import { SourceExcerpts } from "./source-excerpts.ts";
import { budgetOf, maxRequests } from "./token-budget.ts";

const charactersPerSymbol = 500;

/** What came of asking a model. */
interface Asked {
  comments: Map<DocSymbol["id"], SymbolComment>;
  notes: string[];
  failure: ModelFailure | undefined;
}

/** Comments out of one answer. The first word on a symbol counts; one that was not asked for is no symbol of ours. */
function take(answers: readonly Parameters<typeof cleanWords>[0][], { symbols }: CommentBatch, asked: Asked): void {
  let unknown = 0;
  for (const answer of answers) {
    const symbol = symbols.get(answer.id);
    if (symbol === undefined) unknown += 1;
    else if (!asked.comments.has(symbol.id)) {
      const words = cleanWords(answer, symbol);
      if (words !== undefined) asked.comments.set(symbol.id, { symbol: symbol.id, words });
    }
  }
  if (unknown > 0)
    asked.notes.push(`The model wrote about ${String(unknown)} symbols that are not there; that was left out.`);
}

async function askAll(options: ModelEngineOptions, order: PreparedOrder, run: EngineRun): Promise<Asked> {
  const budget = budgetOf(options.maxTokens);
  const excerpts = new SourceExcerpts(order);
  const prompts = new PromptBuilder(order, excerpts, budget);
  const planned = planComments(wantedSymbols(order), excerpts, budget);
  const batches = planned.slice(0, maxRequests);
  const asked: Asked = { comments: new Map(), notes: [], failure: undefined };
  if (planned.length > batches.length) {
    asked.notes.push("The selection is too large for the model: it was asked about the first part of it.");
  }
  for (const [index, batch] of batches.entries()) {
    const question = prompts.build({
      task: "document",
      schema: { kind: "comments", ids: [...batch.symbols.keys()] },
      data: [
        { title: "The symbols", text: batch.heads.join("\n") },
        { title: "The code", text: batch.code.join("\n\n") },
      ],
    });
    const expected = batch.symbols.size * charactersPerSymbol;
    const onLength = (characters: number): void =>
      run.onProgress((index + Math.min(0.95, characters / expected)) / batches.length);
    try {
      const answer = await askWithCare({ ...options, schema: commentsAnswer }, question, {
        signal: run.signal,
        onLength,
      });
      take(answer.comments, batch, asked);
    } catch (error) {
      if (!(error instanceof ModelFailure) || options.fallback === undefined) throw error;
      asked.failure = error;
      if (!error.concernsOneRequest) break;
    }
    run.onProgress((index + 1) / batches.length);
  }
  return asked;
}

async function fill(
  fallback: DocEngine,
  missing: ReadonlySet<string>,
  { order, run }: { order: PreparedOrder; run: EngineRun },
) {
  const draft = await fallback.write(order, { ...run, onProgress: () => undefined });
  return draft.kind === "comments" ? draft.comments.filter(({ symbol }) => missing.has(symbol)) : [];
}

/** Asks the model for the words of every comment that can be written; what it gives none for, the fallback does. */
export async function writeComments(
  options: ModelEngineOptions,
  order: PreparedOrder,
  run: EngineRun,
): Promise<DocDraft> {
  const { comments, notes, failure } = await askAll(options, order, run);
  const wanted = wantedSymbols(order);
  const missing = new Set(wanted.flatMap(({ id }) => (comments.has(id) ? [] : [id])));
  const written = [...comments.values()];
  if (missing.size === 0) return { kind: "comments", comments: written, notes };
  const count = `${String(missing.size)} of ${String(wanted.length)}`;
  const why = failure === undefined ? "" : `${failure.message} `;
  if (options.fallback === undefined) {
    return {
      kind: "comments",
      comments: written,
      notes: [...notes, `The model wrote nothing about ${count} symbols.`],
    };
  }
  const filled = await fill(options.fallback, missing, { order, run });
  const said = `${why}The ${options.fallback.name} engine wrote the comments of ${count} symbols.`;
  return { kind: "comments", comments: [...written, ...filled], notes: [...notes, said] };
}
