import { posix } from "node:path";
import type { AnyNode, CallExpression } from "acorn";
import type { GlobContext } from "#bundle/glob-imports.ts";
import { nodesIn } from "#bundle/nodes-in.ts";

/** `require.context("./locales", true, /\.json$/)`, as webpack and Metro have it. */
interface ContextCall {
  readonly folder: string;
  readonly isDeep: boolean;
  readonly filter: RegExp;
  readonly isLazy: boolean;
}

const EVERY_FILE = /^\.\/.*$/;
const NOT_MATCHED = /(?:^|\/)(?:node_modules|\.[^/]+)\//;
const MAX_PATTERN_CHARACTERS = 1_000;

export function mayUseContext(code: string): boolean {
  return /\brequire\s*\.\s*context\b/.test(code);
}

/**
 * Puts functions that choose from the project's files in the place of such calls. `code` is JavaScript as the bundler prints it.
 * Lines stay what they were.
 *
 * @returns undefined when there is no such call; else the new code, and what is wrong with calls that are not understood.
 * @throws SyntaxError for code that is no JavaScript.
 */
export function replaceContexts(code: string, context: GlobContext): { code: string; faults: string[] } | undefined {
  const calls = nodesIn(code).filter(isContextCall);
  if (calls.length === 0) return undefined;
  const faults: string[] = [];
  let changed = code;
  for (const node of calls.sort((a, b) => b.start - a.start)) {
    const written = code.slice(node.start, node.end);
    const call = readCall(node);
    if (call === undefined) faults.push(`require.context takes values that are written out: ${written.slice(0, 80)}`);
    const made = writeContext(call, context);
    const lines = written.split("\n").length - 1;
    changed = changed.slice(0, node.start) + made + "\n".repeat(lines) + changed.slice(node.end);
  }
  return { code: changed, faults };
}

function isContextCall(node: AnyNode): node is CallExpression {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const { object, property } = node.callee;
  const isRequire = object.type === "Identifier" && object.name === "require";
  return isRequire && property.type === "Identifier" && property.name === "context";
}

function readCall({ arguments: [folder, isDeep, filter, mode] }: CallExpression): ContextCall | undefined {
  const isText = folder?.type === "Literal" && typeof folder.value === "string";
  if (!isText) return undefined;
  const pattern = filter === undefined ? EVERY_FILE : filter.type === "Literal" ? filter.value : undefined;
  if (!(pattern instanceof RegExp) || pattern.source.length > MAX_PATTERN_CHARACTERS) return undefined;
  return {
    folder: String(folder.value),
    isDeep: isDeep === undefined || truth(isDeep),
    // One that goes on from its last place would skip every other file.
    filter: new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, "")),
    isLazy: mode?.type === "Literal" && /^(?:lazy|lazy-once|weak|async)$/.test(String(mode.value)),
  };
}

/** `true`, which the bundler prints as `!0` when it minifies. */
function truth(node: AnyNode): boolean {
  if (node.type === "UnaryExpression" && node.argument.type === "Literal") return !node.argument.value;
  return node.type === "Literal" && Boolean(node.value);
}

function writeContext(call: ContextCall | undefined, { importer, paths, mapped }: GlobContext): string {
  const rows = call === undefined ? [] : filesOf(call, { importer, paths, mapped });
  const load = call?.isLazy === true ? "import" : "require";
  const table = rows.map(({ key, path }) => {
    const relative = posix.relative(posix.dirname(importer), path);
    const specifier = relative.startsWith("../") ? relative : `./${relative}`;
    return `${JSON.stringify(key)}: () => ${load}(${JSON.stringify(specifier)})`;
  });
  const name = JSON.stringify(call?.folder ?? "");
  return (
    `((files) => Object.assign((name) => { if (!(name in files)) throw new Error("Cannot find module '" + name + "'"); return files[name](); }, ` +
    `{ keys: () => Object.keys(files), resolve: (name) => name, id: ${name} }))({ __proto__: null, ${table.join(", ")} })`
  );
}

function filesOf(
  { folder, isDeep, filter }: ContextCall,
  { importer, paths, mapped }: GlobContext,
): { key: string; path: string }[] {
  const isRelative = /^\.\.?(?:\/|$)/.test(folder);
  const base = isRelative ? posix.join(posix.dirname(importer), folder) : (mapped(folder) ?? folder.replace(/^\//, ""));
  const start = base === "." ? "" : `${base.replace(/\/$/, "")}/`;
  return paths.flatMap((path) => {
    if (!path.startsWith(start) || path === importer || NOT_MATCHED.test(path)) return [];
    const rest = path.slice(start.length);
    const key = `./${rest}`;
    return (isDeep || !rest.includes("/")) && filter.test(key) ? [{ key, path }] : [];
  });
}
