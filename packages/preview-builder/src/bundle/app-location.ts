import type { AnyNode, Identifier, MemberExpression } from "acorn";
import { nodesIn } from "#bundle/nodes-in.ts";

/** What the project's code has in the place of `location`: see in-page/prelude/app-location.ts. */
export const APP_LOCATION = "__hivesync.location";

const OWNERS = ["window", "document", "globalThis", "self"];

/** For the bundler, which knows what of a module's names is its own. */
export const LOCATION_DEFINES: Readonly<Record<string, string>> = Object.fromEntries(
  ["location", ...OWNERS.map((owner) => `${owner}.location`)].map((name) => [name, APP_LOCATION]),
);

/** For workers. */
export function withoutLocation(defines: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(defines).filter(([name]) => !Object.hasOwn(LOCATION_DEFINES, name)));
}

/**
 * The same in a script that stays as its author wrote it. No line moves. A script that has a `location` of its own anywhere
 * keeps what is called so.
 */
export function replaceLocation(code: string): string {
  if (!/\blocation\b/.test(code)) return code;
  const nodes = parsed(code);
  const members = nodes.filter(isOwnersLocation);
  const names = isDeclared(nodes) ? [] : namesOf(nodes);
  const found = [...members, ...names].sort((a, b) => a.start - b.start);
  let result = "";
  let end = 0;
  for (const node of found) {
    result += code.slice(end, node.start) + APP_LOCATION;
    end = node.end;
  }
  return result + code.slice(end);
}

function parsed(code: string): AnyNode[] {
  try {
    return nodesIn(code);
  } catch (error) {
    // Newer than the parser, or an error that is told of elsewhere.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

const isLocation = (node: AnyNode | null | undefined): node is Identifier =>
  node?.type === "Identifier" && node.name === "location";

function isOwnersLocation(node: AnyNode): node is MemberExpression {
  if (node.type !== "MemberExpression" || node.computed || node.optional) return false;
  return node.object.type === "Identifier" && OWNERS.includes(node.object.name) && isLocation(node.property);
}

/** Every `location` that is neither the name of a property nor of a label. */
function namesOf(nodes: readonly AnyNode[]): Identifier[] {
  const others = new Set<AnyNode | null | undefined>();
  for (const node of nodes) {
    if (node.type === "MemberExpression" && !node.computed) others.add(node.property);
    // `{ location }` is both at once, and stays.
    if (node.type === "Property" && (!node.computed || node.shorthand)) {
      others.add(node.key);
      if (node.shorthand) others.add(node.value);
    }
    if ((node.type === "MethodDefinition" || node.type === "PropertyDefinition") && !node.computed)
      others.add(node.key);
    if (node.type === "LabeledStatement" || node.type === "BreakStatement" || node.type === "ContinueStatement")
      others.add(node.label);
  }
  return nodes.filter(isLocation).filter((node) => !others.has(node));
}

/** Whether the script declares the name: as a variable, parameter, function or class, also within a pattern. */
function isDeclared(nodes: readonly AnyNode[]): boolean {
  return nodes.some((node) => {
    if (node.type === "VariableDeclarator") return bindsLocation(node.id);
    if (node.type === "CatchClause") return bindsLocation(node.param);
    if (node.type === "ClassDeclaration" || node.type === "ClassExpression") return bindsLocation(node.id);
    const isFunction =
      node.type === "FunctionDeclaration" ||
      node.type === "FunctionExpression" ||
      node.type === "ArrowFunctionExpression";
    return isFunction && [node.id, ...node.params].some(bindsLocation);
  });
}

function bindsLocation(pattern: AnyNode | null | undefined): boolean {
  switch (pattern?.type) {
    case "Identifier":
      return isLocation(pattern);
    case "AssignmentPattern":
      return bindsLocation(pattern.left);
    case "RestElement":
      return bindsLocation(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.some(bindsLocation);
    case "ObjectPattern":
      return pattern.properties.some((row) => bindsLocation(row.type === "Property" ? row.value : row));
    default:
      return false;
  }
}
