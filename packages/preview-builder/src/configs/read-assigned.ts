import { parse } from "acorn";
import type { AnyNode, AssignmentExpression } from "acorn";
import { UNKNOWN, evaluate } from "#configs/evaluate.ts";
import { constantsOf } from "#configs/read-config.ts";

/** What a script assigns to a member of a global object, and what of it only running would tell. */
export interface Assigned {
  readonly value: unknown;
  readonly unknown: readonly string[];
}

/**
 * Reads what a script assigns to `object.member` without running it.
 *
 * @param names values that the script finds under these names.
 */
export function readAssigned(
  code: string,
  [object, member]: readonly [string, string],
  names: Readonly<Record<string, unknown>>,
): Assigned {
  const unknown: string[] = [];
  try {
    const program = parse(code, { ecmaVersion: "latest", sourceType: "script", allowAwaitOutsideFunction: true });
    const assignments = program.body.flatMap((statement) =>
      statement.type === "ExpressionStatement" && statement.expression.type === "AssignmentExpression"
        ? [statement.expression]
        : [],
    );
    const found = assignments.find(({ left }) => isMember(left, object, member));
    if (found === undefined) return { value: undefined, unknown };
    const given = Object.entries(names).map(([name, value]) => [name, { value }] as const);
    const value = evaluate(found.right, {
      constants: new Map([...constantsOf(program), ...given]),
      imports: new Map(),
      directory: ".",
      within: [],
      onUnknown: (_node, what) => unknown.push(what),
    });
    return { value: value === UNKNOWN ? undefined : value, unknown };
  } catch (error) {
    // It is told where the script itself is read.
    if (error instanceof SyntaxError) return { value: undefined, unknown };
    throw error;
  }
}

/** `object.member`, or the same of the window. */
function isMember(left: AssignmentExpression["left"], object: string, member: string): boolean {
  if (left.type !== "MemberExpression" || nameOf(left.property) !== member) return false;
  const owner: AnyNode = left.object;
  if (owner.type === "MemberExpression") {
    return /^(?:window|globalThis|self)$/.test(nameOf(owner.object) ?? "") && nameOf(owner.property) === object;
  }
  return nameOf(owner) === object;
}

function nameOf(node: AnyNode): string | undefined {
  return node.type === "Identifier" ? node.name : undefined;
}
