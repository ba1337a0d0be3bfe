import { posix } from "node:path";
import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { parse } from "acorn";
import type { AnyNode, Expression, Pattern, Program } from "acorn";
import { transform } from "esbuild";
import { evaluate } from "#configs/evaluate.ts";
import type { Scope } from "#configs/evaluate.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { reportRow } from "#report/report-rows.ts";
import type { ReportRow } from "#build-result.ts";

/** A config as data: what of it can be known without running it. */
export interface ReadConfig {
  /** What it exports by default, or as `module.exports`. Undefined when that cannot be known. */
  readonly value: unknown;
  /** What was left out, with its place. */
  readonly rows: readonly ReportRow[];
}

export interface ConfigReading {
  readonly files: ProjectFiles;
  /** What a package's module is to a config: it is ours, never the project's. Undefined for what is not known. */
  readonly moduleOf: (specifier: string) => Promise<{ readonly exports: unknown } | undefined>;
  /** Which parts are worth a word when they cannot be known, by the properties that they lie in. All of them when absent. */
  readonly isOfInterest?: (within: readonly string[]) => boolean;
}

const MAX_DEPTH = 8;
const ENDINGS = ["", ".ts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/** Reads a project's config without running it: literals, constants, spreads, what it imports of files beside it. */
export async function readConfig(path: string, reading: ConfigReading): Promise<ReadConfig> {
  const rows: ReportRow[] = [];
  const exported = await readModule(path, reading, { rows, depth: 0 });
  return { value: exported["default"], rows };
}

interface Progress {
  readonly rows: ReportRow[];
  readonly depth: number;
}

async function readModule(path: string, reading: ConfigReading, progress: Progress): Promise<Record<string, unknown>> {
  const text = await reading.files.text(path);
  if (path.endsWith(".json")) return { default: parseJson(text) };
  const lines = text.split("\n");
  try {
    const isTyped = /\.[cm]?ts$/.test(path);
    const printed = isTyped
      ? await transform(text, { loader: "ts", sourcemap: "external", sourcefile: path })
      : undefined;
    const map = printed === undefined ? undefined : new SourceMap(JSON.parse(printed.map) as SourceMapPayload);
    const code = printed?.code ?? text;
    const program = parse(code, {
      ecmaVersion: "latest",
      sourceType: "module",
      locations: true,
      allowReturnOutsideFunction: true,
    });
    const onUnknown: Scope["onUnknown"] = ({ loc }, what, within) => {
      if (reading.isOfInterest?.(within) === false) return;
      const entry = loc && map?.findEntry(loc.start.line - 1, loc.start.column);
      const line = (entry && "originalLine" in entry ? entry.originalLine : (loc?.start.line ?? 1) - 1) + 1;
      const column = (entry && "originalColumn" in entry ? entry.originalColumn : (loc?.start.column ?? 0)) + 1;
      progress.rows.push(reportRow(what, { file: path, line, column, lineText: lines[line - 1] ?? null }));
    };
    const imports = await readImports(program, path, { reading, progress });
    return exportsOf(program, {
      constants: constantsOf(program),
      imports,
      onUnknown,
      within: [],
      directory: posix.dirname(path),
    });
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isEsbuildFailure(error)) throw error;
    const place = { file: path, line: 1, column: 1, lineText: lines[0] ?? null };
    progress.rows.push(reportRow(`"${path}" cannot be read: ${error.message}`, place));
    return {};
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every module that the program names in `import … from` or `require`, as far as it can be had. */
async function readImports(
  program: Program,
  path: string,
  { reading, progress }: { readonly reading: ConfigReading; readonly progress: Progress },
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>();
  for (const specifier of specifiersIn(program)) {
    if (!/^\.\.?\//.test(specifier)) {
      const module = await reading.moduleOf(specifier);
      if (module !== undefined) found.set(specifier, { default: module.exports });
      continue;
    }
    const base = posix.join(posix.dirname(path), specifier);
    const file = ENDINGS.map((ending) => base + ending).find((candidate) => reading.files.has(candidate));
    if (file === undefined || progress.depth >= MAX_DEPTH) continue;
    found.set(specifier, await readModule(file, reading, { ...progress, depth: progress.depth + 1 }));
  }
  return found;
}

function specifiersIn(program: Program): string[] {
  const found = new Set<string>();
  const waiting: unknown[] = [program];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null) continue;
    const { type } = node as AnyNode;
    if (type === "ImportDeclaration") found.add(String((node as { source: { value: unknown } }).source.value));
    if (type === "CallExpression") {
      const { callee, arguments: args } = node as Extract<AnyNode, { type: "CallExpression" }>;
      const [first] = args;
      const isRequire = callee.type === "Identifier" && callee.name === "require";
      if (isRequire && first?.type === "Literal") found.add(String(first.value));
    }
    for (const child of Object.values(node)) waiting.push(child);
  }
  return [...found];
}

/** What a script's own constants are made of, by their names. */
export function constantsOf(program: Program): Scope["constants"] {
  const constants = new Map<
    string,
    { readonly init: Expression; readonly path: readonly string[] } | { readonly from: string; readonly name: string }
  >();
  const bind = (pattern: Pattern, init: Expression, path: readonly string[]): void => {
    if (pattern.type === "Identifier") constants.set(pattern.name, { init, path });
    if (pattern.type !== "ObjectPattern") return;
    for (const property of pattern.properties) {
      if (property.type === "Property" && property.key.type === "Identifier")
        bind(property.value, init, [...path, property.key.name]);
    }
  };
  for (const statement of program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "VariableDeclaration") {
      for (const { id, init } of declaration.declarations) if (init) bind(id, init, []);
    }
    if (statement.type !== "ImportDeclaration") continue;
    for (const specifier of statement.specifiers) {
      const { imported } = specifier as { imported?: { name: string } };
      const name = specifier.type === "ImportNamespaceSpecifier" ? "*" : (imported?.name ?? "default");
      constants.set(specifier.local.name, { from: String(statement.source.value), name });
    }
  }
  return constants;
}

function exportsOf(program: Program, scope: Scope): Record<string, unknown> {
  const exported: Record<string, unknown> = {};
  for (const statement of program.body) {
    if (statement.type === "ExportDefaultDeclaration") exported["default"] = known(statement.declaration, scope);
    if (statement.type === "ExportNamedDeclaration" && statement.declaration?.type === "VariableDeclaration") {
      for (const { id, init } of statement.declaration.declarations) {
        if (id.type === "Identifier" && init) exported[id.name] = known(init, scope);
      }
    }
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression") continue;
    const { left, right } = statement.expression;
    if (left.type !== "MemberExpression" || left.property.type !== "Identifier" || left.object.type !== "Identifier")
      continue;
    const isModule = left.object.name === "module" && left.property.name === "exports";
    if (isModule) exported["default"] = known(right, scope);
    else if (left.object.name === "exports") exported[left.property.name] = known(right, scope);
  }
  return exported;
}

function known(node: AnyNode, scope: Scope): unknown {
  const value = evaluate(node, scope);
  return typeof value === "symbol" ? undefined : value;
}
