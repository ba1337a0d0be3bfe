import { posix } from "node:path";
import type { AnyNode, Expression, MemberExpression, PrivateIdentifier, SpreadElement, Super } from "acorn";
import { contentTypeOf } from "#bundle/media-types.ts";
import { nodesIn } from "#bundle/nodes-in.ts";

/** An `import()` or `require()` whose argument is put together when the code runs. */
interface ComputedCall {
  /** Where what is called stands: `import`, `require`, `module.require`. */
  readonly start: number;
  readonly end: number;
  /** Undefined for what may turn out to be `module.require`, and may be something else of that name. */
  readonly keyword: "import" | "require" | undefined;
  /** What of the argument is known; undefined where only running tells. */
  readonly parts: readonly (string | undefined)[];
}

type Operand = Expression | SpreadElement | PrivateIdentifier | Super;

/**
 * False of code that surely holds no such call. `import` is a keyword, which must be written out; `require` may be
 * written with escapes, and be reached through `module`.
 */
export function mayComputeImports(code: string): boolean {
  return /require|module|\\u|import\s*[^\s\w$"'{*]/.test(code);
}

/**
 * Makes such calls choose from the project's files that fit: `*` in a pattern stands for anything but a slash. What
 * fits none is left to the browser. `code` is JavaScript as the bundler prints it: no comments, types or JSX.
 *
 * @returns undefined when there is no such call; else the new code, and the patterns that no file fits.
 * @throws SyntaxError for code that is no JavaScript.
 */
export function replaceComputedImports(
  code: string,
  importer: string,
  paths: readonly string[],
): { code: string; unmatched: string[] } | undefined {
  const calls = findComputedCalls(code);
  if (calls.length === 0) return undefined;
  const unmatched: string[] = [];
  let changed = code;
  for (const { start, end, keyword, parts } of calls.sort((a, b) => b.start - a.start)) {
    const names = keyword === undefined ? [] : fittingNames(parts, posix.dirname(importer), paths);
    if (keyword !== undefined && names.length === 0 && isRelative(parts)) {
      unmatched.push(`${keyword}("${patternOf(parts)}")`);
    }
    changed = changed.slice(0, start) + chooser(keyword ?? code.slice(start, end), names) + changed.slice(end);
  }
  return { code: changed, unmatched };
}

function findComputedCalls(code: string): ComputedCall[] {
  return nodesIn(code).flatMap((node) => computedCall(node) ?? []);
}

function computedCall(node: AnyNode): ComputedCall | undefined {
  if (node.type === "ImportExpression") {
    const { start } = node;
    return isComputed(node.source)
      ? { start, end: start + "import".length, keyword: "import", parts: partsOf(node.source) }
      : undefined;
  }
  if (node.type !== "CallExpression") return undefined;
  const [argument] = node.arguments;
  const { callee } = node;
  if (argument === undefined || !isComputed(argument) || !mayBeRequire(callee)) return undefined;
  const isCertain = callee.type === "Identifier" || (callee.type === "MemberExpression" && isNamedRequire(callee));
  const keyword = isCertain ? "require" : undefined;
  return { start: callee.start, end: callee.end, keyword, parts: partsOf(argument) };
}

function mayBeRequire(callee: Operand): boolean {
  if (callee.type === "Identifier") return callee.name === "require";
  if (callee.type !== "MemberExpression") return false;
  const isOfModule = callee.object.type === "Identifier" && callee.object.name === "module";
  return isOfModule && (callee.computed || isNamedRequire(callee));
}

function isNamedRequire({ computed, property }: MemberExpression): boolean {
  if (property.type === "Identifier") return !computed && property.name === "require";
  return property.type === "Literal" && property.value === "require";
}

/** False of what the bundler surely takes for one file or none, and not for a pattern to look for on the host's disk. */
function isComputed({ type }: Operand): boolean {
  return type !== "Literal" && type !== "Identifier";
}

function partsOf(expression: Operand): (string | undefined)[] {
  if (expression.type === "Literal") return [String(expression.value)];
  if (expression.type === "BinaryExpression" && expression.operator === "+") {
    return [...partsOf(expression.left), ...partsOf(expression.right)];
  }
  if (expression.type !== "TemplateLiteral") return [undefined];
  return expression.quasis.flatMap(({ value }, index) => {
    const next = expression.expressions[index];
    return [value.cooked ?? "", ...(next === undefined ? [] : partsOf(next))];
  });
}

function patternOf(parts: ComputedCall["parts"]): string {
  return parts.map((part) => part ?? "*").join("");
}

function isRelative(parts: ComputedCall["parts"]): boolean {
  return /^\.\.?\//.test(patternOf(parts));
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** The names by which code in `directory` may ask for the files that fit, with and without the ending of a script. */
function fittingNames(parts: ComputedCall["parts"], directory: string, paths: readonly string[]): string[] {
  if (!isRelative(parts)) return [];
  const pattern = new RegExp(`^${parts.map((part) => (part === undefined ? "[^/]*" : escapeRegExp(part))).join("")}$`);
  const names = paths
    .filter((path) => contentTypeOf(path) !== undefined || /\.(?:vue|svelte)$/.test(path))
    .map((path) => posix.relative(directory, path))
    .map((path) => (path.startsWith("../") ? path : `./${path}`))
    .flatMap((path) => [path, path.replace(/\.[cm]?[jt]sx?$/, "")]);
  return [...new Set(names)].filter((name) => pattern.test(name));
}

/** An expression to call instead. The bundler takes a variable for no pattern. */
function chooser(callee: string, names: readonly string[]): string {
  if (names.length === 0) return `((name) => ${callee}(name))`;
  const rows = names.map((name) => `${JSON.stringify(name)}: () => ${callee}(${JSON.stringify(name)})`);
  return `((files) => (name) => name in files ? files[name]() : ${callee}(name))({ __proto__: null, ${rows.join(", ")} })`;
}
