import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { posix } from "node:path";
import { Scanner } from "@tailwindcss/oxide";
import type { PartialMessage } from "esbuild";
import { compile } from "tailwindcss";
import type { Config } from "tailwindcss";
import { explainMissingStyle, findImportedStyle } from "#styles/find-style.ts";
import { rebaseUrls } from "#styles/rebase-urls.ts";
import { StyleFault, messageAt, placeOf } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import { KNOWN_PLUGINS, knownPlugin } from "#styles/tailwind/known-modules.ts";
import { sourceTexts } from "#styles/tailwind/source-texts.ts";
import type { SourceText } from "#styles/tailwind/source-texts.ts";
import { readTailwindConfig } from "#styles/tailwind/tailwind-config.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

const OWN_SHEETS: Readonly<Record<string, string>> = {
  tailwindcss: "index.css",
  "tailwindcss/index": "index.css",
  "tailwindcss/preflight": "preflight.css",
  "tailwindcss/theme": "theme.css",
  "tailwindcss/utilities": "utilities.css",
};

/** Tailwind 4, with nothing but the project's files and its own stylesheets to load. @throws StyleFault */
export async function compileTailwind4(style: StyleText, context: TransformContext): Promise<StyleText> {
  const warnings: PartialMessage[] = [...style.warnings];
  const texts = new Map([[style.path, style.text]]);
  try {
    const compiled = await compile(style.text, {
      base: posix.dirname(style.path),
      from: style.path,
      loadStylesheet: (id, base) => loadStylesheet(context, { id, base, style, texts }),
      loadModule: (id, base, hint) => loadModule(context, { id, base, hint, style, warnings }),
    });
    const candidates = await candidatesOf(context, { ...compiled, style });
    return { ...style, text: compiled.build(candidates), warnings };
  } catch (error) {
    if (error instanceof StyleFault || !(error instanceof Error)) throw error;
    throw new StyleFault([explain(error, style, texts)]);
  }
}

interface Loading {
  readonly id: string;
  readonly base: string;
  readonly style: StyleText;
  /** Filled with what was read, by path. */
  readonly texts: Map<string, string>;
}

async function loadStylesheet(context: TransformContext, { id, base, style, texts }: Loading) {
  const own = OWN_SHEETS[id.replace(/\.css$/, "")];
  if (own !== undefined && Object.hasOwn(OWN_SHEETS, id.replace(/\.css$/, ""))) {
    const content = await context.once(`tailwind-sheet:${own}`, () => readOwnSheet(own));
    return { path: `tailwindcss/${own}`, base: "tailwindcss", content };
  }
  const importer = posix.join(base, "_");
  const path = findImportedStyle(context, id, { importer, endings: [".css"] });
  if (path === undefined) {
    const fromPackage = await packageSheet(context, id);
    if (fromPackage !== undefined) return { path: id, base, content: fromPackage };
    const text = [...texts].find(([, each]) => each.includes(id));
    const [holder, css] = text ?? [style.path, style.text];
    const message = explainMissingStyle(context, id, importer);
    throw new StyleFault([messageAt(placeOf({ path: holder, text: css }, css.indexOf(id)), message)]);
  }
  const content = await context.files.text(path);
  texts.set(path, content);
  const isElsewhere = posix.dirname(path) !== posix.dirname(style.path);
  const rebased = isElsewhere ? rebaseUrls(content, posix.dirname(path), context.files) : content;
  return { path, base: posix.dirname(path), content: rebased };
}

function readOwnSheet(name: string): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve(`tailwindcss/${name}`), "utf8");
}

/** A stylesheet of a package of the project, as `tw-animate-css`. */
async function packageSheet({ packages, packageJson }: TransformContext, id: string): Promise<string | undefined> {
  if (/^[./#]/.test(id)) return undefined;
  const name = id.split("/", id.startsWith("@") ? 2 : 1).join("/");
  return packageJson.dependencies.has(name) ? packages.style(id) : undefined;
}

interface LoadingModule {
  readonly id: string;
  readonly base: string;
  readonly hint: "plugin" | "config";
  readonly style: StyleText;
  readonly warnings: PartialMessage[];
}

async function loadModule(context: TransformContext, { id, base, hint, style, warnings }: LoadingModule) {
  const path = posix.join(base, id);
  if (hint === "config" && context.files.has(path)) {
    const { config, warnings: more } = await readTailwindConfig(path, 4, context);
    warnings.push(...more);
    return { path, base: posix.dirname(path), module: config as Config };
  }
  const plugin = hint === "plugin" ? await knownPlugin(id) : undefined;
  if (plugin !== undefined) return { path: id, base, module: plugin as unknown as () => void };
  const place = placeOf(style, style.text.indexOf(id));
  const why =
    hint === "config"
      ? `The project has no file "${path}".`
      : `The plugin "${id}" is left out: a build runs none of the project's code. Of plugins previews have ${KNOWN_PLUGINS.join(", ")}.`;
  const message = messageAt(place, why);
  if (hint === "config") throw new StyleFault([message]);
  warnings.push(message);
  return { path: id, base, module: () => undefined };
}

type Compiled = Pick<Awaited<ReturnType<typeof compile>>, "sources" | "root"> & { readonly style: StyleText };

async function candidatesOf(context: TransformContext, { sources, root, style }: Compiled): Promise<string[]> {
  const texts = (await sourceTexts(context)).filter(chosenBy(sources, root));
  const all = (): string[] => {
    const scanner = new Scanner({});
    return scanner.scanFiles(texts.map(({ content, extension }) => ({ content, extension }))).sort();
  };
  // Most projects have one answer for all of their stylesheets.
  const isWhole = root !== "none" && !sources.some(({ negated }) => negated);
  return context.once(isWhole ? "tailwind-candidates" : `tailwind-candidates:${style.path}`, all);
}

/** `source(none)` leaves what `@source` names; `@source not` takes away. Else every source counts. */
function chosenBy(sources: Compiled["sources"], root: Compiled["root"]): (text: SourceText) => boolean {
  const rows = sources.map(({ base, pattern, negated }) => ({ glob: posix.join(base, pattern), negated }));
  const fits = (path: string, glob: string): boolean =>
    posix.matchesGlob(path, glob) || posix.matchesGlob(path, posix.join(glob, "**/*"));
  return ({ path }) => {
    if (rows.some(({ glob, negated }) => negated && fits(path, glob))) return false;
    return root !== "none" || rows.some(({ glob, negated }) => !negated && fits(path, glob));
  };
}

/** Tailwind tells what is wrong and seldom where: the place is that of the name that it tells of. */
function explain(error: Error, style: StyleText, texts: ReadonlyMap<string, string>): PartialMessage {
  const { loc } = error as Error & {
    loc?: readonly [{ readonly file: string; readonly code: string }, number, number];
  };
  const text = error.message.replace(/^[^\s:]+:\d+:\d+: /, "");
  if (loc !== undefined) return messageAt(placeOf({ path: style.path, text: loc[0].code }, loc[1]), text);
  const name = /`([^`]+)`/.exec(error.message)?.[1] ?? "";
  const escaped = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const uses = [new RegExp(`@apply[^;}]*?(?<![\\w:-])${escaped}(?![\\w-])`), new RegExp(escaped)];
  for (const use of name === "" ? [] : uses) {
    for (const [path, css] of texts) {
      const found = use.exec(css);
      if (found !== null) return messageAt(placeOf({ path, text: css }, found.index), text);
    }
  }
  return messageAt({ ...style, line: 1, column: 0 }, text);
}
