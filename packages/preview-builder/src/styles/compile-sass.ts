import { posix } from "node:path";
import type { PartialMessage } from "esbuild";
import type { CanonicalizeContext, Importer, ImporterResult, Logger, SourceSpan } from "sass";
import { explainMissingStyle, findImportedStyle } from "#styles/find-style.ts";
import { rebaseUrls } from "#styles/rebase-urls.ts";
import { sassPackages } from "#styles/sass-packages.ts";
import { StyleFault, messageAt } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import type { SourceFile, TransformContext } from "#transforms/source-transform.ts";

const ENDINGS = [".scss", ".sass", ".css"];
const SCHEME = "vfs:";
/** Tailwind 3's layers, as a stylesheet in Sass imports them. */
const TAILWIND = /^(?:~)?tailwindcss\/(base|components|utilities)(?:\.css)?$/;

/**
 * Sass, with nothing but the project's files to load. Its functions cannot read files by themselves.
 *
 * @throws StyleFault
 */
export async function compileSass(
  file: SourceFile,
  context: TransformContext,
  syntax: "scss" | "indented",
): Promise<StyleText> {
  const { compileStringAsync } = await import("sass");
  const warnings: PartialMessage[] = [];
  const importer = importerOf(file, context);
  try {
    const { css } = await compileStringAsync(file.text, {
      url: toUrl(file.path),
      importer,
      importers: [importer],
      syntax,
      logger: loggerOf(file, warnings),
      charset: false,
    });
    return { path: file.path, text: css, warnings };
  } catch (error) {
    if (!isSassException(error)) throw error;
    throw new StyleFault([explain(error, file, context)]);
  }
}

interface SassException extends Error {
  readonly sassMessage: string;
  readonly span: SourceSpan;
}

function isSassException(error: unknown): error is SassException {
  return error instanceof Error && "sassMessage" in error && "span" in error;
}

function toUrl(path: string): URL {
  return new URL(`${SCHEME}/${path.split("/").map(encodeURIComponent).join("/")}`);
}

function toPath(url: URL): string {
  return url.pathname.slice(1).split("/").map(decodeURIComponent).join("/");
}

function importerOf(file: SourceFile, context: TransformContext): Importer {
  const packages = sassPackages(context);
  const canonicalize = async (specifier: string, { containingUrl }: CanonicalizeContext): Promise<URL | null> => {
    const layer = TAILWIND.exec(specifier)?.[1];
    if (layer !== undefined) return new URL(`tailwind:/${layer}`);
    if (packages.isOwn(specifier) || packages.isOwn(containingUrl)) return packages.find(specifier, containingUrl);
    const importing = containingUrl?.protocol === SCHEME ? toPath(containingUrl) : file.path;
    // Sass itself turns a relative name into an address beside the file that it stands in.
    const isOwn = specifier.startsWith(`${SCHEME}/`);
    const name = isOwn ? `/${toPath(new URL(specifier))}` : specifier;
    const path = findImportedStyle(context, name, { importer: importing, endings: ENDINGS });
    if (path !== undefined && ENDINGS.includes(posix.extname(path))) return toUrl(path);
    return isOwn || /^[./]/.test(name) ? null : packages.find(name, null);
  };
  const load = async (url: URL): Promise<ImporterResult | null> => {
    if (url.protocol === "tailwind:") return { contents: `@tailwind ${url.pathname.slice(1)};`, syntax: "css" };
    if (packages.isOwn(url)) return packages.load(url);
    const path = toPath(url);
    const text = await context.files.text(path);
    const isElsewhere = posix.dirname(path) !== posix.dirname(file.path);
    const contents = isElsewhere ? rebaseUrls(text, posix.dirname(path), context.files) : text;
    const syntax = path.endsWith(".sass") ? "indented" : path.endsWith(".css") ? "css" : "scss";
    return { contents, syntax };
  };
  return { canonicalize, load };
}

function loggerOf(file: SourceFile, warnings: PartialMessage[]): Logger {
  return {
    // What is only deprecated works in the version that is here.
    warn: (message, options) => {
      if (!options.deprecation) warnings.push(messageOf(message, options.span, file));
    },
    debug: () => undefined,
  };
}

function explain({ sassMessage, span }: SassException, file: SourceFile, context: TransformContext): PartialMessage {
  const isMissing = sassMessage.startsWith("Can't find stylesheet");
  const specifier = /["']([^"']+)["']/.exec(span.text)?.[1] ?? "";
  const importing = span.url?.protocol === SCHEME ? toPath(span.url) : file.path;
  if (span.url !== undefined && span.url.protocol !== SCHEME) {
    const where = `${decodeURIComponent(span.url.pathname.slice(1))}, line ${span.start.line + 1}`;
    return messageAt({ ...file, line: 1, column: 0 }, `${sassMessage} (in ${where})`);
  }
  const text = isMissing ? explainMissingStyle(context, specifier, importing) : sassMessage;
  return messageOf(text, span, file);
}

function messageOf(message: string, span: SourceSpan | undefined, file: SourceFile): PartialMessage {
  if (span === undefined) return messageAt({ ...file, line: 1, column: 0 }, message);
  const { line, column } = span.start;
  const path = span.url?.protocol === SCHEME ? toPath(span.url) : file.path;
  // The whole text of another file is not at hand, but the line is.
  const context = span.context?.split("\n")[0] ?? "";
  const text = path === file.path ? file.text : "\n".repeat(line) + context;
  return messageAt({ path, text, line: line + 1, column }, message);
}
