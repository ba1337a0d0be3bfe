import type { DocDraft, EngineRun, PreparedOrder } from "#engine.ts";
import { markdownAnswer, wordBounds } from "./answer-schema.ts";
import { askWithCare } from "./ask-with-care.ts";
import { PromptBuilder } from "./build-prompt.ts";
import { cleanMarkdown } from "./clean-markdown.ts";
import type { Task } from "./instructions.ts";
import type { ModelEngineOptions } from "./model-engine-options.ts";
import { ModelFailure } from "./model-failure.ts";
import { clip, planPages } from "./plan-pages.ts";
import { SourceExcerpts } from "./source-excerpts.ts";
import { budgetOf, maxRequests } from "./token-budget.ts";
import type { TokenBudget } from "./token-budget.ts";

const expectedCharacters = 3_000;

type AskPage = (task: Task, text: string) => Promise<string>;

/** One text of the texts about the parts, as many of each as fit. */
async function combine(parts: readonly string[], budget: TokenBudget, ask: AskPage): Promise<string> {
  const each = Math.floor(budget.input / parts.length);
  return await ask("combine", parts.map((part) => clip(part, each)).join("\n\n"));
}

async function askPage(options: ModelEngineOptions, order: PreparedOrder, run: EngineRun): Promise<DocDraft> {
  const task: Task = order.job_type;
  const budget = budgetOf(options.maxTokens);
  const excerpts = new SourceExcerpts(order);
  const prompts = new PromptBuilder(order, excerpts, budget);
  const planned = planPages(order, excerpts, budget);
  // An explanation goes part by part; the others are of one piece, which takes one more request.
  const isJoined = order.job_type !== "explain" && planned.length > 1;
  const pages = planned.slice(0, maxRequests - (isJoined ? 1 : 0));
  const requests = pages.length + (isJoined ? 1 : 0);
  let done = 0;
  const ask: AskPage = async (task, text) => {
    const question = prompts.build({
      task,
      schema: { kind: "markdown", maxLength: wordBounds.markdown },
      data: [{ title: "The code", text }],
    });
    const onLength = (characters: number): void =>
      run.onProgress((done + Math.min(0.95, characters / expectedCharacters)) / requests);
    const { markdown } = await askWithCare({ ...options, schema: markdownAnswer }, question, {
      signal: run.signal,
      onLength,
    });
    done += 1;
    run.onProgress(done / requests);
    return cleanMarkdown(markdown, wordBounds.markdown);
  };
  const texts: string[] = [];
  for (const page of pages) texts.push(await ask(isJoined ? "summarize" : task, page));
  const markdown = isJoined ? await combine(texts, budget, ask) : texts.join("\n\n");
  if (markdown === "") throw new ModelFailure("unreadable");
  const isCut = planned.length > pages.length;
  const notes = isCut ? ["The selection is too large for the model: it was shown the first part of it."] : [];
  return { kind: "markdown", markdown, notes };
}

/** Asks the model for a page of Markdown; when it gives none, the fallback writes it. */
export async function writePage(options: ModelEngineOptions, order: PreparedOrder, run: EngineRun): Promise<DocDraft> {
  try {
    return await askPage(options, order, run);
  } catch (error) {
    run.signal.throwIfAborted();
    const { fallback } = options;
    if (!(error instanceof ModelFailure) || fallback === undefined) throw error;
    const draft = await fallback.write(order, { ...run, onProgress: () => undefined });
    return { ...draft, notes: [...draft.notes, `${error.message} The ${fallback.name} engine wrote this.`] };
  }
}
