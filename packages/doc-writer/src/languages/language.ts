import type { Convention } from "#comments/convention.ts";
import type { DocSymbol, Parameter, SymbolKind } from "#symbols/doc-symbol.ts";
import type { GrammarName } from "#syntax/grammars.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";

export type LanguageName =
  | "TypeScript"
  | "JavaScript"
  | "Python"
  | "Go"
  | "Rust"
  | "Java"
  | "C"
  | "C++"
  | "C#"
  | "Ruby"
  | "PHP";

/** What a language's table says about one symbol; the shared walker does the rest. */
export interface SymbolFacts {
  kind: SymbolKind;
  name: string;
  /** Of itself; the walker asks its containers too. */
  isPublic: boolean;
  /** The node that holds the parameters, and the one with a generic's. */
  parameters?: SyntaxNode | undefined;
  typeParameters?: SyntaxNode | undefined;
  returnType?: string | undefined;
  body?: SyntaxNode | undefined;
  traits?: readonly string[];
  bases?: readonly string[];
  members?: readonly string[];
  aliasOf?: string | undefined;
  /** A container that does not stand around it in the text, as a Go method's receiver. */
  container?: string | undefined;
  /** Exceptions that the head declares. */
  declaredThrows?: readonly string[];
}

export type SymbolReader = (node: SyntaxNode, file: SourceFile) => SymbolFacts | undefined;

export type ParameterFacts = Omit<Parameter, "passedTo">;

/** How bodies read: which nodes call, throw, return, decide and catch. */
export interface BodyGrammar {
  /** Node types of functions: what happens in a nested one is not the outer one's doing. */
  functions: ReadonlySet<string>;
  /** The part of a call that names what is called. */
  calls: Readonly<Record<string, (node: SyntaxNode, file: SourceFile) => SyntaxNode | undefined>>;
  argumentTypes: ReadonlySet<string>;
  /** The type that a node throws, when it throws and the code names it. */
  thrown: (node: SyntaxNode, file: SourceFile) => string | undefined;
  /** The value that a node returns; `undefined` where it is no return, `null` where it returns none. */
  returned: (node: SyntaxNode, file: SourceFile) => SyntaxNode | null | undefined;
  /** `if`s: the fields of their condition and of the part that runs when it holds. */
  decisions: Readonly<Record<string, { condition: string; body: string; negated?: boolean }>>;
  /** `try`s: whether what `from` (a child of the try) throws is caught by it. */
  catches: (tryNode: SyntaxNode, from: SyntaxNode) => boolean;
  selfNames: ReadonlySet<string>;
}

/** Comments that tools obey. */
export interface Pragmas {
  /** Stands directly above the line it is about: nothing may come between. */
  line: RegExp;
  /** Stands at the top of a file and is about all of it: nothing may come before. */
  file: RegExp;
}

export interface Language {
  name: LanguageName;
  grammarFor: (path: string) => GrammarName;
  comments: ReadonlySet<string>;
  /** Whether a comment is a doc comment by its form. */
  isDoc: (comment: string) => boolean;
  /** Any comment directly above a symbol documents it, as in Go. */
  plainCommentsDocument: boolean;
  /** A blank line may lie between a doc comment and its symbol. */
  docMayStandApart: boolean;
  /** The comment is a string that opens the body. */
  docstrings: boolean;
  /** Nodes around a declaration that begin with it: `export`, decorators, templates. */
  wrappers: ReadonlySet<string>;
  /** Siblings in front that belong to a declaration: attributes, decorators. */
  leading: ReadonlySet<string>;
  symbols: Readonly<Record<string, SymbolReader>>;
  parameter: (node: SyntaxNode, file: SourceFile) => readonly ParameterFacts[];
  body: BodyGrammar;
  pragmas: Pragmas;
  /** What an existing comment may hold that tools read: such a comment is not replaced. */
  toolTags: RegExp;
  convention: Convention;
  /** Symbols that repeat another one of the file, as a definition after its prototype. */
  isRepeat?: (symbol: DocSymbol, earlier: ReadonlySet<string>) => boolean;
}
