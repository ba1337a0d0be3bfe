import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";

const require = createRequire(import.meta.url);

/** The grammars' names, each with the file that holds its WebAssembly. */
const grammarFiles = {
  typescript: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm"),
  tsx: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm"),
  javascript: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm"),
  python: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm"),
  go: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm"),
  rust: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm"),
  java: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm"),
  c: () => require.resolve("tree-sitter-c/tree-sitter-c.wasm"),
  cpp: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm"),
  "c-sharp": () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm"),
  ruby: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm"),
  php: () => require.resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm"),
} as const;

export type GrammarName = keyof typeof grammarFiles;

const parsers = new Map<GrammarName, Promise<Parser>>();
let runtime: Promise<void> | undefined;

async function load(name: GrammarName): Promise<Parser> {
  runtime ??= Parser.init();
  await runtime;
  const language = await Language.load(grammarFiles[name]());
  return new Parser().setLanguage(language);
}

/** The parser for a grammar, loaded when first asked for. It keeps nothing between parses, so all callers share it. */
export async function parserFor(name: GrammarName): Promise<Parser> {
  const known = parsers.get(name) ?? load(name);
  parsers.set(name, known);
  try {
    return await known;
  } catch (error) {
    // A file that could not be read now may be readable the next time.
    parsers.delete(name);
    throw error;
  }
}
