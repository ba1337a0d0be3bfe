import { posix } from "node:path";
import type { AnyNode, CallExpression, ObjectExpression } from "acorn";
import { parse } from "acorn";

/** `import.meta.glob("./pages/*.tsx", { eager: true })`, as Vite has it. */
interface GlobCall {
  readonly node: CallExpression;
  readonly patterns: readonly string[];
  readonly isEager: boolean;
  /** The export to take; all of them when undefined. */
  readonly name: string | undefined;
  /** `?raw` and its kind. */
  readonly query: string;
}

export interface GlobContext {
  /** The project path of the file. */
  readonly importer: string;
  readonly paths: readonly string[];
  /** The project path that a name such as `@/pages` stands for, or undefined. */
  readonly mapped: (name: string) => string | undefined;
}

const NOT_MATCHED = /(?:^|\/)(?:node_modules|\.[^/]+)\//;

export function mayGlob(code: string): boolean {
  return code.includes("import.meta.glob");
}

/**
 * Puts objects of imports in the place of such calls. `code` is JavaScript as the bundler prints it. Lines stay what they were:
 * what is imported eagerly comes last.
 *
 * @returns undefined when there is no such call; else the new code, and what is wrong with calls that are not understood.
 * @throws SyntaxError for code that is no JavaScript.
 */
export function replaceGlobImports(code: string, context: GlobContext): { code: string; faults: string[] } | undefined {
  const program = parse(code, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowHashBang: true,
    allowReturnOutsideFunction: true,
  });
  const nodes = findCalls(program);
  if (nodes.length === 0) return undefined;
  const faults: string[] = [];
  const imports: string[] = [];
  let changed = code;
  for (const node of nodes.sort((a, b) => b.start - a.start)) {
    const call = readCall(node);
    const written = code.slice(node.start, Math.min(node.end, node.start + 80));
    if (typeof call === "string") faults.push(`${call}: ${written}`);
    const object = typeof call === "string" ? "{}" : writeObject(call, context, imports);
    // The rest of a call of many lines keeps its lines.
    const lines = code.slice(node.start, node.end).split("\n").length - 1;
    changed = `${changed.slice(0, node.start)}${object}${"\n".repeat(lines)}${changed.slice(node.end)}`;
  }
  return { code: imports.length === 0 ? changed : `${changed}\n${imports.join(" ")}`, faults };
}

function findCalls(program: AnyNode): CallExpression[] {
  const found: CallExpression[] = [];
  const waiting: unknown[] = [program];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null) continue;
    if ("type" in node && isGlobCall(node as AnyNode)) found.push(node as CallExpression);
    for (const child of Object.values(node)) waiting.push(child);
  }
  return found;
}

function isGlobCall(node: AnyNode): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const { object, property } = node.callee;
  const isMeta = object.type === "MetaProperty" && object.meta.name === "import";
  return isMeta && property.type === "Identifier" && /^glob(?:Eager)?$/.test(property.name);
}

function readCall(node: CallExpression): GlobCall | string {
  const [first, second] = node.arguments;
  const patterns = first === undefined ? undefined : textsOf(first);
  if (patterns === undefined) return "import.meta.glob takes patterns that are written out";
  if (second !== undefined && second.type !== "ObjectExpression")
    return "import.meta.glob takes options that are written out";
  const options = second === undefined ? new Map<string, unknown>() : optionsOf(second);
  const isOld =
    node.callee.type === "MemberExpression" &&
    node.callee.property.type === "Identifier" &&
    node.callee.property.name === "globEager";
  const as = options.get("as");
  const query = options.get("query");
  const asked = typeof as === "string" ? as : typeof query === "string" ? query : "";
  const name = options.get("import") ?? (asked === "" ? undefined : "default");
  return {
    node,
    patterns,
    isEager: isOld || options.get("eager") === true,
    name: typeof name === "string" && name !== "*" ? name : undefined,
    query: asked === "" || asked.startsWith("?") ? asked : `?${asked}`,
  };
}

function textsOf(node: AnyNode): string[] | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? [node.value] : undefined;
  if (node.type === "TemplateLiteral")
    return node.expressions.length === 0 ? [node.quasis[0]?.value.cooked ?? ""] : undefined;
  if (node.type !== "ArrayExpression") return undefined;
  const texts = node.elements.map((element) => (element === null ? undefined : textsOf(element)?.[0]));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function optionsOf({ properties }: ObjectExpression): Map<string, unknown> {
  const rows = properties.flatMap((property): [string, unknown][] => {
    if (property.type !== "Property") return [];
    const { key, value } = property;
    const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "";
    if (value.type === "Literal") return [[name, value.value]];
    // The bundler prints `true` as `!0` when it minifies.
    if (value.type === "UnaryExpression" && value.argument.type === "Literal") return [[name, !value.argument.value]];
    return [];
  });
  return new Map(rows);
}

function writeObject(call: GlobCall, context: GlobContext, imports: string[]): string {
  const rows = matches(call.patterns, context).map(({ key, specifier }) => {
    const target = JSON.stringify(specifier + call.query);
    const quoted = JSON.stringify(key);
    if (!call.isEager) {
      const then = call.name === undefined ? "" : `.then((m) => m[${JSON.stringify(call.name)}])`;
      return `${quoted}: () => import(${target})${then}`;
    }
    const local = `__glob${imports.length}`;
    imports.push(
      call.name === undefined
        ? `import * as ${local} from ${target};`
        : `import { ${JSON.stringify(call.name)} as ${local} } from ${target};`,
    );
    return `${quoted}: ${local}`;
  });
  return `({ ${rows.join(", ")} })`;
}

function matches(
  patterns: readonly string[],
  { importer, paths, mapped }: GlobContext,
): { key: string; specifier: string }[] {
  const directory = posix.dirname(importer);
  const rows = patterns.map((pattern) => {
    const isNegated = pattern.startsWith("!");
    const name = isNegated ? pattern.slice(1) : pattern;
    const isRelative = /^\.\.?\//.test(name);
    const base = isRelative
      ? posix.join(directory, name)
      : name.startsWith("/")
        ? name.slice(1)
        : (mapped(name) ?? posix.join(directory, name));
    return { glob: base, isNegated, isRelative };
  });
  const wanted = rows.filter(({ isNegated }) => !isNegated);
  const unwanted = rows.filter(({ isNegated }) => isNegated);
  return paths.flatMap((path) => {
    if (path === importer || NOT_MATCHED.test(path)) return [];
    const row = wanted.find(({ glob }) => posix.matchesGlob(path, glob));
    if (row === undefined || unwanted.some(({ glob }) => posix.matchesGlob(path, glob))) return [];
    const relative = posix.relative(directory, path);
    const specifier = relative.startsWith("../") ? relative : `./${relative}`;
    return [{ key: row.isRelative ? specifier : `/${path}`, specifier }];
  });
}
