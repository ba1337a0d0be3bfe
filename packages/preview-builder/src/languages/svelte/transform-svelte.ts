import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { posix } from "node:path";
import { transform as strip } from "esbuild";
import type { PartialMessage } from "esbuild";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import { mapOfFile } from "#languages/component-map.ts";
import { compilerMessage, inItsLines, placeAt } from "#languages/source-place.ts";
import type { SourcePlace } from "#languages/source-place.ts";
import { compileStyle } from "#styles/style-transforms.ts";
import { StyleFault } from "#styles/style-fault.ts";
import { loadSvelteCompiler } from "#languages/svelte/svelte-compiler.ts";
import type { SvelteCompiler, SvelteMessage } from "#languages/svelte/svelte-compiler.ts";
import { svelteOptions } from "#languages/svelte/svelte-options.ts";
import type { SourceFile, Transformed, TransformContext } from "#transforms/source-transform.ts";

/** Of what accessibility and unused styles are about a preview says nothing: there would be a row for each line. */
const UNTOLD = /^(?:a11y|css[-_]unused|element_invalid_self_closing)/;

export async function transformSvelte(file: SourceFile, context: TransformContext): Promise<Transformed> {
  const major = context.frameworks.majors.svelte;
  const compiler = loadSvelteCompiler(major);
  // The compiler of today takes types by itself, but for the few that are more than types.
  const attempts = major >= 5 ? [false, true] : [true];
  let errors: readonly PartialMessage[] = [];
  for (const isStripped of attempts) {
    try {
      return await transform({ file, context, compiler, isStripped });
    } catch (error) {
      errors = messagesOf(file, error);
      if (!(error instanceof CompileFault) || error.code !== "typescript_invalid_feature") break;
    }
  }
  return { contents: "", loader: "js", errors };
}

interface Compiling {
  readonly file: SourceFile;
  readonly context: TransformContext;
  readonly compiler: SvelteCompiler;
  /** Whether types are taken out of scripts before the component is compiled. */
  readonly isStripped: boolean;
}

async function transform({ file, context, compiler, isStripped }: Compiling): Promise<Transformed> {
  const warnings: PartialMessage[] = [];
  const { code, map } = await compiler.preprocess(
    file.text,
    {
      markup: ({ content }) => {
        const lang = /<template\b[^>]*\blang=["']?([\w-]+)/.exec(content);
        if (lang === null) return undefined;
        throw new CompileFault(`Markup in "${lang[1] ?? ""}" is not read by previews.`, placeAt(content, lang.index));
      },
      style: async ({ content, attributes }) => {
        const lang = languageOf(attributes, "css");
        const text = inItsLines(file.text, file.text.indexOf(content), content);
        const style = await compileStyle({ path: file.path, text }, lang === "postcss" ? "css" : lang, context);
        warnings.push(...style.warnings);
        // What is given back without a map is without places.
        return style.text === text ? undefined : { code: style.text };
      },
      script: async ({ content, attributes }) => {
        const lang = languageOf(attributes, "js");
        if (lang !== "ts" && lang !== "js") {
          const place = placeAt(file.text, file.text.indexOf(content));
          throw new CompileFault(`Scripts in "${lang}" are not read by previews: js and ts are.`, place);
        }
        return lang === "ts" && isStripped ? stripTypes(file, content) : undefined;
      },
    },
    { filename: file.path },
  );
  const chain = typeof map === "object" ? (map as unknown as SourceMapPayload) : undefined;
  try {
    const {
      js,
      css,
      warnings: told,
    } = compiler.compile(code, {
      ...(await svelteOptions(context)),
      filename: file.path,
      generate: context.frameworks.majors.svelte >= 5 ? "client" : "dom",
      css: "external",
      dev: false,
      ...(chain !== undefined && { sourcemap: chain }),
    });
    const part = css?.code ? context.addPart(file.path, { contents: css.code, loader: "css" }) : undefined;
    const rows = told.filter((row) => !UNTOLD.test(row.code ?? ""));
    return {
      contents: part === undefined ? js.code : `${js.code}\nimport ${JSON.stringify(part)};`,
      loader: "js",
      map: mapOfFile(file.path, js.map),
      warnings: [...warnings, ...rows.map((row) => messageOf(file, row, chain))],
    };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const row = error as Error & SvelteMessage;
    throw new CompileFault(firstLine(row.message), placeOf(row, chain), row.code);
  }
}

/** What a compiler says of a component, with its place. */
class CompileFault extends Error {
  readonly place: SourcePlace | undefined;
  readonly code: string | undefined;

  constructor(message: string, place: SourcePlace | undefined, code?: string) {
    super(message);
    this.name = "CompileFault";
    this.place = place;
    this.code = code;
  }
}

function languageOf(attributes: Readonly<Record<string, string | boolean>>, usual: string): string {
  const lang = attributes["lang"] ?? String(attributes["type"] ?? "").replace(/^text\//, "");
  if (typeof lang !== "string" || lang === "" || lang === "javascript" || lang === "module") return usual;
  return lang === "typescript" ? "ts" : lang;
}

async function stripTypes(file: SourceFile, content: string): Promise<{ code: string; map: string }> {
  const text = inItsLines(file.text, file.text.indexOf(content), content);
  try {
    const { code, map } = await strip(content, {
      loader: "ts",
      target: "esnext",
      sourcemap: "external",
      // The preprocessor knows its file by this.
      sourcefile: posix.basename(file.path),
      // What a script imports may be used by the markup alone.
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, target: "esnext" } },
    });
    return { code, map };
  } catch (error) {
    if (!isEsbuildFailure(error)) throw error;
    const [first] = error.errors;
    const lines = placeAt(text, text.length - content.length).line - 1;
    const place = first?.location ? { line: first.location.line + lines, column: first.location.column } : undefined;
    throw new CompileFault(first?.text ?? "The script cannot be read.", place);
  }
}

function messagesOf(file: SourceFile, error: unknown): readonly PartialMessage[] {
  if (error instanceof StyleFault) return error.messages;
  if (error instanceof CompileFault) return [compilerMessage(file, error.message, error.place)];
  if (!(error instanceof Error) || error instanceof RangeError) throw error;
  return [compilerMessage(file, firstLine(error.message))];
}

function messageOf(file: SourceFile, row: SvelteMessage, chain: SourceMapPayload | undefined): PartialMessage {
  return compilerMessage(file, firstLine(row.message), placeOf(row, chain));
}

/** Where in the file as it was written. */
function placeOf({ start }: SvelteMessage, chain: SourceMapPayload | undefined): SourcePlace | undefined {
  if (start === undefined || chain === undefined) return start;
  const entry = new SourceMap(chain).findEntry(start.line - 1, start.column);
  return "originalLine" in entry ? { line: entry.originalLine + 1, column: entry.originalColumn } : start;
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
