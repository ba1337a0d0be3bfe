import type { PreparedOrder } from "#engine.ts";
import { scrubSecrets } from "#scrub.ts";
import type { AnswerSchema } from "./answer-schema.ts";
import type { Question } from "./chat-model.ts";
import { fence, makeMarker } from "./fence.ts";
import { instructions } from "./instructions.ts";
import type { Task } from "./instructions.ts";
import { clip } from "./plan-pages.ts";
import type { SourceExcerpts } from "./source-excerpts.ts";
import { countTokens } from "./token-budget.ts";
import type { TokenBudget } from "./token-budget.ts";

const maxStyleLength = 500;

/** What one question is about. `data` is code or what was made of it. */
export interface Subject {
  task: Task;
  schema: AnswerSchema;
  data: readonly { title: string; text: string }[];
}

function wishes({ options }: PreparedOrder): { title: string; text: string }[] {
  const { style, language } = options;
  const tag = language !== undefined && /^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/i.test(language) ? language : "en";
  return [
    { title: "The language to write in, as a BCP 47 tag", text: tag },
    ...(style === undefined || style.trim() === ""
      ? []
      : [{ title: "How the words should sound", text: scrubSecrets(style.slice(0, maxStyleLength)) }]),
  ];
}

/** Neighbouring files, as far as there is room beside the data. */
function neighbours(order: PreparedOrder, excerpts: SourceExcerpts, room: number): { title: string; text: string }[] {
  let left = room;
  const texts: string[] = [];
  for (const file of order.context) {
    if (left < 100) break;
    const text = clip(excerpts.titled(excerpts.rowsOf(file)), left);
    left -= countTokens(text);
    texts.push(text);
  }
  return texts.length === 0
    ? []
    : [{ title: "Neighbouring code, to understand the rest by", text: texts.join("\n\n") }];
}

/** Builds questions for one order. */
export class PromptBuilder {
  readonly #order: PreparedOrder;
  readonly #excerpts: SourceExcerpts;
  readonly #budget: TokenBudget;

  constructor(order: PreparedOrder, excerpts: SourceExcerpts, budget: TokenBudget) {
    this.#order = order;
    this.#excerpts = excerpts;
    this.#budget = budget;
  }

  build({ task, schema, data }: Subject): Question {
    const used = data.reduce((sum, { text }) => sum + countTokens(text), 0);
    const shown = [
      ...wishes(this.#order),
      ...data,
      ...neighbours(this.#order, this.#excerpts, this.#budget.input - used),
    ];
    const marker = makeMarker(shown.map(({ text }) => text));
    return {
      system: instructions(task, marker),
      prompt: shown.map(({ title, text }) => `${title}:\n${fence(marker, text)}`).join("\n\n"),
      schema,
      maxOutputTokens: this.#budget.output,
    };
  }
}

/** The same question once more, with what was wrong with its answer. */
export function askAgain(question: Question, complaint: string): Question {
  const told = `Your last answer could not be used. ${complaint} Answer again: one JSON object of the form asked for, nothing else.`;
  return { ...question, prompt: `${question.prompt}\n\n${told}` };
}
