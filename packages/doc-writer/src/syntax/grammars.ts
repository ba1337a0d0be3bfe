import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";

const require = createRequire(import.meta.url);

/** The grammars' names, each with the module that holds its WebAssembly. */
const grammarModules = {
  typescript: "@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm",
  tsx: "@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm",
  javascript: "@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm",
  python: "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm",
  go: "@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm",
  rust: "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm",
  java: "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm",
  c: "tree-sitter-c/tree-sitter-c.wasm",
  cpp: "@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm",
  "c-sharp": "@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm",
  ruby: "@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm",
  php: "@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm",
} as const;

export type GrammarName = keyof typeof grammarModules;

const parsers = new Map<GrammarName, Promise<Parser>>();
let runtime: Promise<void> | undefined;

async function load(name: GrammarName): Promise<Parser> {
  runtime ??= Parser.init();
  await runtime;
  const language = await Language.load(require.resolve(grammarModules[name]));
  return new Parser().setLanguage(language);
}

/** The parser for a grammar, loaded when first asked for. It keeps nothing between parses, so all callers share it. */
export function parserFor(name: GrammarName): Promise<Parser> {
  const known = parsers.get(name) ?? load(name);
  parsers.set(name, known);
  return known;
}
