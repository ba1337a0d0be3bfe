import type { BodyGrammar, ParameterFacts, SymbolFacts, SymbolReader } from "#languages/language.ts";
import type { SymbolKind } from "#symbols/doc-symbol.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";

/** The name in a node's `name` field. */
export function nameOf(node: SyntaxNode, file: SourceFile): string {
  return flatText(file, childIn(node, "name"));
}

/** A type as written, without the colon or arrow of an annotation. */
export function typeText(file: SourceFile, node: SyntaxNode | undefined): string | undefined {
  const text = flatText(file, node).replace(/^(?::|->)\s*/, "");
  return text === "" ? undefined : text;
}

export interface FunctionFields {
  kind: SymbolKind;
  /** The field of the return type. */
  returns?: string;
  name?: string;
  isPublic: boolean;
  traits?: readonly string[];
}

/** The facts of a function whose parts are in the usual fields. */
export function functionFacts(node: SyntaxNode, file: SourceFile, fields: FunctionFields): SymbolFacts {
  const { returns = "return_type", name = nameOf(node, file), traits = [], ...rest } = fields;
  return {
    ...rest,
    name,
    traits,
    parameters: childIn(node, "parameters"),
    typeParameters: childIn(node, "type_parameters"),
    returnType: typeText(file, childIn(node, returns)),
    body: childIn(node, "body"),
  };
}

/** Facts of a type: its bases are the named children of those clauses. */
export function typeFacts(node: SyntaxNode, file: SourceFile, facts: TypeFields): SymbolFacts {
  const { clauses = [], kind, isPublic, members = [], typeParameters = "type_parameters" } = facts;
  const bases = clauses.flatMap((type) => namedChildren(childOf(node, type)).map((base) => flatText(file, base)));
  return {
    kind,
    isPublic,
    name: nameOf(node, file),
    typeParameters: childIn(node, typeParameters),
    bases: bases.filter((base) => base.length <= 80).slice(0, 8),
    members,
  };
}

export interface TypeFields {
  kind: SymbolKind;
  isPublic: boolean;
  clauses?: readonly string[];
  members?: readonly string[];
  typeParameters?: string;
}

/** The names of a body's children of those types. */
export function memberNames(node: SyntaxNode | undefined, file: SourceFile, types: readonly string[]): string[] {
  return namedChildren(node)
    .filter((child) => types.includes(child.type))
    .flatMap((child) => {
      const names = child.children.filter((each) => each.field === "name");
      const listed = names.length > 0 ? names : [child];
      return listed.map((each) => flatText(file, each).split(/[\s=(]/)[0] ?? "");
    })
    .filter((name) => name !== "");
}

/** The same reader for several node types. */
export function forTypes(types: readonly string[], reader: SymbolReader): Record<string, SymbolReader> {
  return Object.fromEntries(types.map((type) => [type, reader]));
}

/** A parameter of which only what is given is known. */
export function parameter(name: string, facts: Partial<ParameterFacts> = {}): ParameterFacts {
  return { name, optional: facts.default !== undefined, rest: false, ...facts };
}

/** The texts of the node's children of a type, as modifiers. */
export function words(node: SyntaxNode | undefined, file: SourceFile): Set<string> {
  return new Set(textOf(file, node).split(/\s+/));
}

/** A table entry for calls whose callee is in one field. */
export function calleeIn(field: string): BodyGrammar["calls"][string] {
  return (node) => childIn(node, field);
}

/** The callee of a call whose object and name are fields of their own: from the one's start to the other's end. */
export function calleeFrom(first: string, last: string): BodyGrammar["calls"][string] {
  return (node) => {
    const start = childIn(node, first);
    const end = childIn(node, last);
    if (end === undefined) return undefined;
    return start === undefined ? end : { ...end, start: start.start, children: [] };
  };
}

/** `return_statement` and the like: its first named child that is no comment. */
export function returnsIn(types: readonly string[]): BodyGrammar["returned"] {
  const all = new Set(types);
  return (node) => {
    if (!all.has(node.type)) return undefined;
    return namedChildren(node).find((child) => !child.type.endsWith("comment")) ?? null;
  };
}

/** What `if` statements with these two fields decide. */
export function ifs(condition = "condition", body = "consequence"): BodyGrammar["decisions"] {
  return { if_statement: { condition, body } };
}

/** A `try` with a handler catches what its body throws; its handlers' and its `finally`'s own throws leave it. */
export function tryCatches(types: readonly string[], handlers: readonly string[]): BodyGrammar["catches"] {
  return (node, from) => types.includes(node.type) && from.field === "body" && childOf(node, ...handlers) !== undefined;
}
