import type { BodyGrammar } from "#languages/language.ts";
import { flatText } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, namedChildren, nearest, preorder } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import type { Call, Returned, Thrown } from "./doc-symbol.ts";

export interface BodyFacts {
  calls: Call[];
  throws: Thrown[];
  returns: Pick<Returned, "values" | "something">;
  /** What each plain name is handed on to. */
  passedTo: ReadonlyMap<string, readonly string[]>;
}

const maxQuotedLength = 60;
const maxListed = 12;

/** Source text that is short and plain enough to stand between backticks in a sentence. */
export function quotable(
  file: SourceFile,
  node: SyntaxNode | undefined,
  maxLength = maxQuotedLength,
): string | undefined {
  if (node === undefined || node.end - node.start > maxLength * 2) return undefined;
  const text = flatText(file, node);
  return text.length > 0 && text.length <= maxLength && !/[`\\]|\/\*|\*\/|"""|<<[~-]?["']?[A-Z]/.test(text)
    ? text
    : undefined;
}

const calleePattern = /^(?:(.*?)(?:\.|::|->|\?\.|\?->))?([A-Za-z_$][\w$]*[?!]?)$/;

function readCall(name: string | undefined, selfNames: ReadonlySet<string>): Call | undefined {
  const match = name === undefined ? null : calleePattern.exec(name.replace(/<[^()]*>$/, ""));
  const [, receiver, callee] = match ?? [];
  if (callee === undefined) return undefined;
  if (receiver === undefined) return { name: callee, text: name ?? callee };
  return { name: callee, receiver: selfNames.has(receiver) ? "self" : receiver, text: name ?? callee };
}

/** The innermost `if` decides, when the node is in the part that runs because its condition holds. */
function conditionOf(node: SyntaxNode, owner: SyntaxNode, { file, grammar }: Reading): string | undefined {
  for (let at: SyntaxNode = node; at.parent !== undefined && at !== owner; at = at.parent) {
    const decision = grammar.decisions[at.parent.type];
    if (decision === undefined) continue;
    if (at.field !== decision.body && at !== childIn(at.parent, decision.body)) return undefined;
    const text = quotable(file, childIn(at.parent, decision.condition));
    const bare = text !== undefined && /^\([^()]*\)$/.test(text) ? text.slice(1, -1).trim() : text;
    return bare === undefined || decision.negated !== true ? bare : `not (${bare})`;
  }
  return undefined;
}

interface Reading {
  file: SourceFile;
  grammar: BodyGrammar;
}

function isCaught(node: SyntaxNode, owner: SyntaxNode, grammar: BodyGrammar): boolean {
  for (let at: SyntaxNode = node; at.parent !== undefined && at !== owner; at = at.parent) {
    if (grammar.catches(at.parent, at)) return true;
  }
  return false;
}

function pushOnce<T>(list: T[], item: T, same: (a: T, b: T) => boolean): void {
  if (list.length < maxListed && !list.some((other) => same(other, item))) list.push(item);
}

function notePassed(passed: Map<string, string[]>, node: SyntaxNode, { file, grammar }: Reading): void {
  const read = grammar.calls[node.type];
  const callee = quotable(file, read?.(node, file), 40);
  if (callee === undefined || /[(){}[\]]/.test(callee)) return;
  const list = node.children.find((child) => grammar.argumentTypes.has(child.type));
  for (const argument of namedChildren(list)) {
    const text = argument.end - argument.start <= 60 ? flatText(file, argument) : "";
    if (!/^\$?\w+$/.test(text)) continue;
    const name = text.replace(/^\$/, "");
    const known = passed.get(name) ?? [];
    if (known.length < 3 && !known.includes(callee)) passed.set(name, [...known, callee]);
  }
}

function noteThrow(facts: BodyFacts, node: SyntaxNode, reading: Reading & { owner: SyntaxNode }): void {
  const type = reading.grammar.thrown(node, reading.file);
  if (type === undefined || isCaught(node, reading.owner, reading.grammar)) return;
  const when = conditionOf(node, reading.owner, reading);
  pushOnce(facts.throws, { type, when }, (a, b) => a.type === b.type && a.when === b.when);
}

function noteReturn(facts: BodyFacts, node: SyntaxNode, reading: Reading): void {
  const value = reading.grammar.returned(node, reading.file);
  if (value === undefined || value === null) return;
  facts.returns.something = true;
  const text = quotable(reading.file, value, 40);
  pushOnce(facts.returns.values as (string | undefined)[], text, (a, b) => a === b);
}

/** What a body calls, throws, returns and does with its names. `owner` is the function's node. */
export function readBody(body: SyntaxNode | undefined, owner: SyntaxNode, file: SourceFile): BodyFacts {
  const grammar = file.language.body;
  const passedTo = new Map<string, string[]>();
  const facts: BodyFacts = { calls: [], throws: [], returns: { values: [], something: false }, passedTo };
  if (body === undefined) return facts;
  const reading = { file, grammar, owner };
  const returnsFunction = grammar.functions.has(body.type);
  for (const node of preorder(body)) {
    if (!node.named) continue;
    const isOwn = (): boolean =>
      node === body || (!returnsFunction && nearest(node, grammar.functions, body) === undefined);
    const callee = grammar.calls[node.type]?.(node, file);
    if (callee !== undefined) {
      const call = readCall(quotable(file, callee), grammar.selfNames);
      if (call !== undefined) {
        pushOnce(facts.calls, call, (a, b) => a.name === b.name && a.receiver === b.receiver);
      }
      notePassed(passedTo, node, reading);
    }
    if (grammar.thrown(node, file) !== undefined && isOwn()) noteThrow(facts, node, reading);
    if (grammar.returned(node, file) !== undefined && isOwn()) noteReturn(facts, node, reading);
  }
  return facts;
}
