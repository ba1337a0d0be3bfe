import { dropHelpers } from "#kept-modules/helpers.ts";
import { OWN_REQUIRE } from "#kept-modules/page-loader.ts";
import type { ModuleFormat, ModuleImport } from "#kept-modules/module-record.ts";
import { refuseNamesOfLoader } from "#kept-modules/unusual-code.ts";
import { Unfit } from "#kept-modules/unfit.ts";

/** What the bundler made of one module: CommonJS whose imports are calls of `require`. */
export interface PrintedModule {
  /** Without what the bundler puts before it. */
  readonly code: string;
  /** Lines that were before it. */
  readonly droppedLines: number;
  readonly format: Exclude<ModuleFormat, "data">;
  readonly exports: readonly string[];
  readonly imports: readonly ModuleImport[];
}

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const QUOTED = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`;
/** The bundler takes a template for what it says where it has no gaps, and quotes by one what holds both quotes. */
const TEXT = String.raw`(${QUOTED}|${"`"}[^${"`"}\\$]*${"`"})`;
/** Comments stay in a call: other tools read names of files from them. A bound keeps hostile text from being read again and again. */
const COMMENTS = String.raw`\s*(?:\/\*(?:[^*]|\*(?!\/)){0,500}\*\/\s*|\/\/[^\n]{0,500}\n\s*){0,8}`;
const HEADER = new RegExp(String.raw`^module\.exports = __toCommonJS\((${NAME})\);\n`, "mu");
const STAR = new RegExp(String.raw`^__reExport\((${NAME}), require\(${TEXT}\), module\.exports\);$`, "gmu");
const BINDING = new RegExp(
  String.raw`^(?:var|const|let) (${NAME}) = (?:__toESM\()?require\(${TEXT}\)(?:, 1\))?\)?;$`,
  "gmu",
);
const ARGUMENT = new RegExp(String.raw`${COMMENTS}(?:${TEXT}${COMMENTS})?`, "y");
/** What stands before the call that `import()` has become. */
const DYNAMIC = "Promise.resolve().then(() => __toESM(";
const CALL = /\brequire\(/g;
const OWN_CALL = new RegExp(String.raw`\b${OWN_REQUIRE}\(`, "g");
const EXPORT_ROW = new RegExp(String.raw`^ {2}(?:(${NAME})|(${QUOTED})): \(\) => `, "gmu");

/**
 * Reads what is printed. It has one form only, as the bundler prints it; what looks like it in a text of the code only
 * means more imports than there are.
 *
 * @throws Unfit for what has another form.
 */
export function readPrinted(printed: string): PrintedModule {
  const { code: body, droppedLines } = dropHelpers(printed);
  refuseNamesOfLoader(body);
  const header = HEADER.exec(body);
  const own = ownRequires(body);
  const rows = new ImportRows();
  // First, as what is imported runs in the order in which it stands there.
  for (const { index, argument } of callsIn(body, CALL)) {
    const isDynamic = body.endsWith(DYNAMIC, index);
    if (argument !== undefined) rows.of(argument, "import").isWhole ||= isDynamic;
    // What import() is given at run time the browser imports, as it does for a bundle.
    else if (!isDynamic) throw new Unfit("an import that is not understood");
  }
  const code = header === null ? body : withGivenExports(body, header, rows);
  readBindings(body, rows);
  for (const specifier of own) rows.of(specifier, "require").isWhole = true;
  const format = header === null ? formatWithout(body) : "module";
  return {
    code,
    droppedLines,
    format,
    exports: header === null ? [] : exportsIn(body, header),
    imports: rows.list(),
  };
}

/** Modules of statements give their namespace to the page's loader; no line moves. */
function withGivenExports(body: string, { 0: line, 1: name = "", index }: RegExpExecArray, rows: ImportRows): string {
  const given = `${body.slice(0, index)}__give(__toCommonJS(${name}));\n${body.slice(index + line.length)}`;
  return given.replaceAll(STAR, (_whole, target: string, literal: string) => {
    rows.of(textOf(literal), "import").isStar = true;
    return `__reExport(${target}, require(${literal}));`;
  });
}

function formatWithout(body: string): "commonjs" | "none" {
  return /\b(?:module|exports)\b/.test(body) ? "commonjs" : "none";
}

function exportsIn(body: string, { index }: RegExpExecArray): string[] {
  return [...body.slice(0, index).matchAll(EXPORT_ROW)].map(([, name, literal = '""']) => name ?? textOf(literal));
}

interface Call {
  readonly index: number;
  /** Undefined for what only running tells. */
  readonly argument: string | undefined;
}

function callsIn(body: string, pattern: RegExp): Call[] {
  return [...body.matchAll(pattern)].map(({ 0: start, index }) => {
    ARGUMENT.lastIndex = index + start.length;
    const text = ARGUMENT.exec(body)?.[1];
    const next = body[ARGUMENT.lastIndex];
    // Comments beyond the bound: whether a name comes behind them is not known.
    if (next === "/") throw new Unfit("an import that is not understood");
    const literal = next === ")" ? text : undefined;
    return { index, argument: literal === undefined ? undefined : textOf(literal) };
  });
}

/** A call with what is no name fails in the page, as in a bundle. */
function ownRequires(body: string): string[] {
  const calls = callsIn(body, OWN_CALL);
  const asked = count(body, new RegExp(String.raw`\btypeof ${OWN_REQUIRE}\b(?!\()`, "g"));
  if (calls.length + asked !== count(body, new RegExp(String.raw`\b${OWN_REQUIRE}\b`, "g")))
    throw new Unfit("a use of require that is no call");
  return calls.flatMap(({ argument }) => argument ?? []);
}

/** What is taken of imports by name is printed as `import_a.name`; a namespace has a name of its own, and may be used in any way. */
function readBindings(body: string, rows: ImportRows): void {
  const bindings = new Map<string, string>();
  for (const [, name = "", literal = ""] of body.matchAll(BINDING)) bindings.set(name, textOf(literal));
  const isWhole = (name: string): boolean => !name.startsWith("import_");
  for (const [name, specifier] of bindings) if (isWhole(name)) rows.of(specifier, "import").isWhole = true;
  const use =
    /\bimport_[\p{ID_Continue}$]+(?:(?:\.|\?\.)([\p{ID_Start}$_][\p{ID_Continue}$]*)|\["((?:[^"\\]|\\.)*)"\])?/gu;
  for (const { 0: whole, 1: name, 2: quoted, index } of body.matchAll(use)) {
    const local = /^import_[\p{ID_Continue}$]+/u.exec(whole)?.[0] ?? "";
    const specifier = bindings.get(local);
    if (specifier === undefined) continue;
    if (name !== undefined) rows.of(specifier, "import").names.add(name);
    else if (quoted !== undefined) rows.of(specifier, "import").names.add(textOf(`"${quoted}"`));
    else if (!/(?:var|const|let) $/.test(body.slice(Math.max(0, index - 6), index)))
      rows.of(specifier, "import").isWhole = true;
  }
}

interface Row {
  readonly names: Set<string>;
  isWhole: boolean;
  isStar: boolean;
}

class ImportRows {
  readonly #rows = new Map<string, Row & Pick<ModuleImport, "specifier" | "kind">>();

  of(specifier: string, kind: ModuleImport["kind"]): Row {
    const key = `${kind} ${specifier}`;
    const row = this.#rows.get(key) ?? { specifier, kind, names: new Set(), isWhole: false, isStar: false };
    this.#rows.set(key, row);
    return row;
  }

  list(): ModuleImport[] {
    return [...this.#rows.values()].map((row) => ({ ...row, names: [...row.names].sort() }));
  }
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** A string as the bundler prints it. */
function textOf(literal: string): string {
  if (!literal.includes("\\")) return literal.slice(1, -1);
  const inner = literal.slice(1, -1).replaceAll(/\\(.)|"/g, (whole, escaped?: string) => {
    if (whole === '"') return '\\"';
    return escaped === "'" || escaped === "`" ? escaped : whole;
  });
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    throw new Unfit("a name with escapes that are not read");
  }
}
