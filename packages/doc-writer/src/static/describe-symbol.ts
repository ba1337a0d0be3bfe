import type { Voice } from "#comments/convention.ts";
import type { SymbolWords } from "#engine.ts";
import { isCallable } from "#symbols/doc-symbol.ts";
import type { DocSymbol, Parameter, Thrown } from "#symbols/doc-symbol.ts";
import { looksSecret } from "#scrub.ts";
import { listed, nameWords } from "./name-words.ts";
import { summarize } from "./summarize-symbol.ts";

/** How Markdown sounds. */
export const plainVoice: Voice = { mood: "third-person" };

/** Between backticks, when it is short and can stand there. */
export function quoted(text: string | undefined, most = 60): string | undefined {
  if (text === undefined || text.length > most || /[`\\\n]/.test(text) || looksSecret(text)) return undefined;
  return `\`${text}\``;
}

/** A name of one word says nothing that its type does not say better. */
function headOf({ name, type, parts = [] }: Parameter): string {
  const words = nameWords(name);
  const typed = quoted(type, 80);
  const inBrackets = typed === undefined ? "" : ` (${typed})`;
  if (parts.length > 0) return `holds ${listed(parts.map((part) => `\`${part}\``))}${inBrackets}`;
  if (words.length < 2) return typed ?? `the ${words[0] ?? "value"}`;
  return `the ${words.join(" ")}${inBrackets}`;
}

/** What the code shows about a parameter: its name's words, its type, its default, what it is handed on to. */
function describeParameter(facts: Parameter): string {
  const head = headOf(facts);
  const absent = facts.default === undefined ? undefined : quoted(facts.default, 40);
  const more = [
    facts.rest ? "any number of values" : undefined,
    absent === undefined ? undefined : `${absent} when left out`,
    absent === undefined && facts.optional && !facts.rest ? "may be left out" : undefined,
    facts.passedTo.length > 0 ? `passed to ${listed(facts.passedTo.map((callee) => `\`${callee}\``))}` : undefined,
  ].filter((each) => each !== undefined);
  return more.length === 0 ? head : `${head}; ${more.join(", ")}`;
}

// What an accessor list does is not read; a property speaks for itself.
const isProperty = ({ kind, path }: DocSymbol): boolean => kind === "getter" && path.endsWith(".cs");

const givesNothing =
  /^(?:void|None|undefined|never|unit|\(\)|Promise<void>|Task|ValueTask|NoReturn|noreturn|asserts\s.*)$/;

function describeReturn(symbol: DocSymbol, { typesInTags = false }: Voice): string | undefined {
  const { type, values, something } = symbol.returns;
  const isSilent = !isCallable(symbol) || ["constructor", "macro"].includes(symbol.kind) || isProperty(symbol);
  if (isSilent || (type !== undefined && givesNothing.test(type))) return undefined;
  if (type === undefined && !something) return undefined;
  const shown = values.map((value) => quoted(value, 40));
  const plain = shown.filter((value) => value !== undefined);
  // Several values with commas in them would read as one list.
  const isList = plain.length > 1 && plain.some((value) => value.includes(", "));
  const isWhole = plain.length > 0 && !isList && plain.length <= 3 && shown.every((value) => value !== undefined);
  const options = isWhole ? plain.join(" or ") : undefined;
  const typed = typesInTags ? undefined : quoted(type, 80);
  if (typed === undefined) return options ?? "a value";
  return options === undefined || options === typed ? typed : `${typed}: ${options}`;
}

/** All conditions of one exception in one sentence. */
function describeThrows(symbol: DocSymbol): { type: string; text: string }[] {
  const byType = new Map<string, Thrown[]>();
  for (const thrown of symbol.throws) byType.set(thrown.type, [...(byType.get(thrown.type) ?? []), thrown]);
  return [...byType].map(([type, list]) => {
    const conditions = list.flatMap(({ when }) => quoted(when) ?? []);
    const isWhole = conditions.length === list.length;
    const place = list.some(({ declared }) => declared) ? "declared in its head" : "thrown in its body";
    const text = conditions.length === 0 ? place : `when ${conditions.join(" or ")}`;
    if (type === "panic") return { type, text: text === place ? "when a check in its body fails" : text };
    return { type, text: isWhole || text === place ? text : `${text}, among others` };
  });
}

/** Rust says an error by its type. */
function resultErrors(symbol: DocSymbol): { type: string; text: string }[] {
  const match = /^(?:\w+::)*Result<(.*)>$/.exec(symbol.returns.type ?? "");
  if (!symbol.path.endsWith(".rs") || match === null) return [];
  const error = quoted(lastTypeArgument(match[1] ?? ""));
  return [{ type: "Err", text: error === undefined ? "when it cannot give a value" : `an error of type ${error}` }];
}

function lastTypeArgument(text: string): string | undefined {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const char = text[at] ?? "";
    if (">)]".includes(char)) depth += 1;
    if ("<([".includes(char)) depth -= 1;
    if (char === "," && depth === 0) return text.slice(at + 1).trim();
  }
  return undefined;
}

/** Says in plain words what the code shows about a symbol, and nothing that it does not show. */
export function describeSymbol(symbol: DocSymbol, voice: Voice): SymbolWords {
  const returns = describeReturn(symbol, voice);
  const typeParameters = symbol.typeParameters.flatMap(({ name, constraint }) => {
    const limit = quoted(constraint);
    return limit === undefined ? [] : [{ name, text: `a type that extends ${limit}` }];
  });
  return {
    summary: summarize(symbol, voice.mood),
    parameters: symbol.parameters.map((each) => ({
      name: each.name,
      text: describeParameter(voice.typesInTags === true ? { ...each, type: undefined } : each),
    })),
    typeParameters,
    ...(returns === undefined ? {} : { returns }),
    throws: [...resultErrors(symbol), ...describeThrows(symbol)],
  };
}
