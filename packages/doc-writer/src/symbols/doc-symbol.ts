export type SymbolKind =
  | "function"
  | "method"
  | "constructor"
  | "getter"
  | "class"
  | "interface"
  | "struct"
  | "union"
  | "trait"
  | "record"
  | "enum"
  | "type"
  | "namespace"
  | "module"
  | "variable"
  | "macro"
  | "constant";

export interface Parameter {
  name: string;
  type?: string | undefined;
  /** The default's source text. */
  default?: string | undefined;
  optional: boolean;
  rest: boolean;
  /** The names that a destructured parameter takes apart. */
  parts?: readonly string[] | undefined;
  /** What the body hands it on to, as written. */
  passedTo: readonly string[];
}

export interface TypeParameter {
  name: string;
  constraint?: string | undefined;
}

export interface Thrown {
  type: string;
  /** The condition's source text, where one `if` decides. */
  when?: string | undefined;
  /** The head declares it; the body need not name it. */
  declared?: boolean;
}

export interface Call {
  name: string;
  /** `self` for the object that the code belongs to; none for a bare call. */
  receiver?: string | undefined;
  /** As written. */
  text: string;
}

export interface Returned {
  type?: string | undefined;
  /** What is returned, as written, where that is short. */
  values: readonly string[];
  /** It gives a value back on some path. */
  something: boolean;
}

/** Where a symbol's comment goes, in rows from 0; or why it can have none. */
export type Site =
  | { row: number; indent: string; removeRows: number }
  | { refused: "documented" | "shares-line" | "no-body-line" | "kept-tags" };

/** What the code says about one symbol. Plain data: no node, no text of the file. */
export interface DocSymbol {
  /** Unique in an order: path, name with containers, line. */
  id: string;
  path: string;
  kind: SymbolKind;
  name: string;
  /** The name with its containers, joined by dots. */
  qualifiedName: string;
  container: string | undefined;
  containerKind: SymbolKind | undefined;
  isPublic: boolean;
  /** It is declared inside of a function's body. */
  isLocal: boolean;
  /** `async`, `static`, `generator`, `abstract` and the like, as far as the code says so. */
  traits: ReadonlySet<string>;
  /** Its head on one line. */
  signature: string;
  /** From 1. */
  line: number;
  endLine: number;
  parameters: readonly Parameter[];
  typeParameters: readonly TypeParameter[];
  returns: Returned;
  throws: readonly Thrown[];
  calls: readonly Call[];
  bases: readonly string[];
  /** Fields of a struct, values of an enum. */
  members: readonly string[];
  /** Of an alias: what it stands for. */
  aliasOf: string | undefined;
  existingDoc: string | undefined;
  site: Site;
}

const callableKinds: ReadonlySet<SymbolKind> = new Set(["function", "method", "constructor", "getter", "macro"]);

export function isCallable(symbol: Pick<DocSymbol, "kind">): boolean {
  return callableKinds.has(symbol.kind);
}
