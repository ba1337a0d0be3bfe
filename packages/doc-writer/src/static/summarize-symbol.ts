import type { Convention } from "#comments/convention.ts";
import type { Call, DocSymbol } from "#symbols/doc-symbol.ts";
import { isVerb, listed, nameWords, thirdPerson } from "./name-words.ts";

type Mood = Convention["mood"];

// Between a verb and one of these no article stands.
const noArticle = new Set(
  `a all an and any as at both by each every for from if in into is it its many no not of off on or out over the this to up when with without`.split(
    " ",
  ),
);

const kindNouns: Readonly<Record<DocSymbol["kind"], string>> = {
  function: "function",
  method: "method",
  constructor: "constructor",
  getter: "property",
  class: "class",
  interface: "interface",
  struct: "struct",
  union: "union",
  trait: "trait",
  record: "record",
  enum: "enumeration",
  type: "type",
  namespace: "namespace",
  module: "module",
  variable: "variable",
  macro: "macro",
  constant: "constant",
};

const article = (noun: string): string => (/^[aeiou]/i.test(noun) ? "an" : "a");

function objectOf(words: readonly string[]): string {
  const [first] = words;
  if (first === undefined) return "";
  return noArticle.has(first) || /^\d/.test(first) ? ` ${words.join(" ")}` : ` the ${words.join(" ")}`;
}

/** `parseConfig` -> `Parses the config`; nothing for a name that does not begin with a verb. */
function verbSummary(symbol: DocSymbol, mood: Mood): string | undefined {
  const [verb = "", ...rest] = nameWords(symbol.name);
  if (!isVerb(verb)) return undefined;
  const spoken = mood === "imperative" ? verb : thirdPerson(verb);
  const [next = ""] = rest;
  if (verb === "try" && isVerb(next)) return `${spoken} to ${rest.join(" ")}`;
  // `getOr`, `postAsync`: what follows is no object.
  if (rest.every((word) => noArticle.has(word) || word === "async" || word === "sync")) return undefined;
  // A lone verb does not say what it is done to.
  return rest.length > 0 ? `${spoken}${objectOf(rest)}` : undefined;
}

const predicates: Readonly<Record<string, string>> = {
  is: "it is",
  are: "they are",
  has: "it has",
  have: "they have",
  can: "it can",
  should: "it should",
  needs: "it needs",
  contains: "it contains",
  supports: "it supports",
  was: "it was",
};

const truths = /^(?:boolean|bool|Boolean|:?bool|_Bool|Promise<boolean>|Task<bool>)$/;

function predicateSummary({ name, returns }: DocSymbol, mood: Mood): string | undefined {
  const [first = "", ...rest] = nameWords(name);
  const said = Object.hasOwn(predicates, first) ? predicates[first] : undefined;
  if (said === undefined || rest.length === 0 || (returns.type !== undefined && !truths.test(returns.type)))
    return undefined;
  return `${mood === "imperative" ? "tell" : "tells"} whether ${said} ${rest.join(" ")}`;
}

// What every body does says nothing about this one.
const isSmall = ({ name }: Call): boolean =>
  /(?:Error|Exception)$|^(?:raise|nameof|panic|len|cap|make|append|range|str|int|bool|list|dict|String|Number|Boolean|cls|new|super|sizeof|Some|Ok|Err)$|\?$/.test(
    name,
  );

/** What a few calls say, where the name says little. */
function callsOf({ calls, throws }: DocSymbol, lead: string): string {
  const failures = new Set(throws.map(({ type }) => type));
  const names = calls
    .filter((call) => !failures.has(call.text) && !isSmall(call))
    .map(({ name, receiver, text }) => (receiver === "self" ? name : text));
  const shown = [...new Set(names)].filter((name) => name.length <= 40 && /^[\w$.:?!>-]+$/.test(name));
  if (shown.length === 0 || shown.length > 3) return "";
  return `${lead} ${listed(shown.map((name) => `\`${name}\``))}`;
}

function callableSummary(symbol: DocSymbol, mood: Mood): string {
  const owner = symbol.container?.split(".").at(-1);
  if (symbol.kind === "constructor") {
    const made = owner ?? symbol.name;
    return `${mood === "imperative" ? "create" : "creates"} ${article(made)} \`${made}\``;
  }
  if (symbol.name.startsWith("~")) return `destroys ${article(symbol.name.slice(1))} \`${symbol.name.slice(1)}\``;
  const spoken = predicateSummary(symbol, mood) ?? (symbol.kind === "getter" ? undefined : verbSummary(symbol, mood));
  if (spoken !== undefined) return spoken;
  const noun = kindNouns[symbol.kind];
  if (mood === "named")
    return `is a ${noun}${owner === undefined ? "" : ` of ${owner}`}${callsOf(symbol, " that calls")}`;
  const place = owner === undefined ? "" : ` of \`${owner}\``;
  return `the \`${symbol.name}\` ${noun}${place}${callsOf(symbol, ", which calls")}`;
}

const plainName = /^[\w$.<>, [\]|:&*?()"'-]+$/;

function typeSummary(symbol: DocSymbol, mood: Mood): string {
  const noun = kindNouns[symbol.kind];
  const members = symbol.members.map((member) => (mood === "named" ? member : `\`${member}\``));
  const aliasOf = symbol.aliasOf ?? "";
  const stands = aliasOf !== "" && aliasOf.length <= 60 && plainName.test(aliasOf) ? aliasOf : undefined;
  const bases = symbol.bases
    .filter((base) => plainName.test(base))
    .map((base) => base.replace(/^(?:extends|implements|[:<])\s*/, ""));
  const rest = [
    members.length > 0
      ? `with ${symbol.kind === "enum" ? plural("value", members) : ""}${symbol.kind === "interface" ? plural("method", members) : ""}${isData(symbol) || symbol.kind === "class" ? plural("field", members) : ""} ${listed(members)}`
      : undefined,
    stands === undefined ? undefined : `for ${mood === "named" ? stands : `\`${stands}\``}`,
    bases.length > 0 ? `based on ${listed(bases.map((base) => (mood === "named" ? base : `\`${base}\``)))}` : undefined,
  ].filter((part) => part !== undefined);
  const tail = rest.length === 0 ? "" : ` ${rest.join(", ")}`;
  if (mood === "named") return `is ${article(noun)} ${noun}${tail}`;
  return `the \`${symbol.name}\` ${noun}${tail}`;
}

const plural = (noun: string, items: readonly string[]): string => `the ${noun}${items.length === 1 ? "" : "s"}`;

const isData = ({ kind }: DocSymbol): boolean => kind === "struct" || kind === "union";

/** One sentence, without its full stop, in the mood of the language's convention. */
export function summarize(symbol: DocSymbol, mood: Mood): string {
  const isFunction = ["function", "method", "constructor", "getter", "macro"].includes(symbol.kind);
  const text = isFunction ? callableSummary(symbol, mood) : typeSummary(symbol, mood);
  return mood === "named" ? text : `${(text[0] ?? "").toUpperCase()}${text.slice(1)}`;
}
