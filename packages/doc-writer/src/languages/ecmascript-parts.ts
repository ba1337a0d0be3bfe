import type { BodyGrammar, Language, ParameterFacts } from "#languages/language.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeIn, ifs, parameter, returnsIn, tryCatches, typeText } from "./reading.ts";

export const functionTypes = new Set([
  "function_declaration",
  "generator_function_declaration",
  "function_expression",
  "generator_function",
  "arrow_function",
  "method_definition",
]);

/** A destructured parameter has no name: it gets one from its form. */
function patternName(pattern: SyntaxNode, file: SourceFile): Pick<ParameterFacts, "name" | "parts"> {
  if (!["object_pattern", "array_pattern"].includes(pattern.type)) return { name: textOf(file, pattern) };
  const parts = namedChildren(pattern)
    .filter((child) => child.type !== "comment")
    .map((child) => flatText(file, childIn(child, "key") ?? childIn(child, "left") ?? child).replace(/^\.\.\./, ""))
    .filter((part) => /^[\w$]+$/.test(part));
  return { name: pattern.type === "object_pattern" ? "options" : "items", parts };
}

function withoutComments(node: SyntaxNode): SyntaxNode[] {
  return namedChildren(node).filter((child) => child.type !== "comment");
}

function readPattern(pattern: SyntaxNode, file: SourceFile, facts: Partial<ParameterFacts>): ParameterFacts[] {
  if (pattern.type === "this" || pattern.type === "comment" || pattern.type === "ERROR") return [];
  if (pattern.type === "rest_pattern") {
    const [inner] = withoutComments(pattern);
    return inner === undefined ? [] : readPattern(inner, file, { ...facts, rest: true, optional: true });
  }
  if (pattern.type === "assignment_pattern") {
    const left = childIn(pattern, "left");
    const value = flatText(file, childIn(pattern, "right"));
    return left === undefined ? [] : readPattern(left, file, { ...facts, default: value, optional: true });
  }
  const { name, parts } = patternName(pattern, file);
  return [parameter(name, { ...facts, ...(parts === undefined ? {} : { parts }) })];
}

/** Two destructured parameters of one function must not share a name. */
function apart(read: ParameterFacts[], node: SyntaxNode): ParameterFacts[] {
  if (read.every(({ parts }) => parts === undefined)) return read;
  const patterns = namedChildren(node.parent).filter((each) => {
    const pattern = childIn(each, "pattern") ?? childIn(each, "left") ?? each;
    return /^(?:object|array)_pattern$/.test(pattern.type);
  });
  const index = patterns.indexOf(node);
  return read.map((each) =>
    each.parts === undefined || index < 1 ? each : { ...each, name: `${each.name}${String(index + 1)}` },
  );
}

export const ecmascriptParameter: Language["parameter"] = (node, file) => {
  const pattern = childIn(node, "pattern");
  if (pattern === undefined) return apart(readPattern(node, file, {}), node);
  const value = childIn(node, "value");
  const facts = {
    type: typeText(file, childIn(node, "type")),
    default: value === undefined ? undefined : flatText(file, value),
    optional: value !== undefined || node.type === "optional_parameter",
  };
  return apart(readPattern(pattern, file, facts), node);
};

function thrownType(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "throw_statement") return undefined;
  const made = childOf(node, "new_expression", "call_expression");
  const type = flatText(file, childIn(made, "constructor") ?? childIn(made, "function"));
  return /^(?:[\w$]+\.)*[A-Z][\w$]*$/.test(type) ? type : undefined;
}

const returned = returnsIn(["return_statement"]);

export const ecmascriptBody: BodyGrammar = {
  functions: functionTypes,
  calls: { call_expression: calleeIn("function"), new_expression: calleeIn("constructor") },
  argumentTypes: new Set(["arguments"]),
  thrown: thrownType,
  returned: (node, file) => {
    // An arrow's body can be the value itself.
    const isValue = node.parent?.type === "arrow_function" && node.field === "body" && node.type !== "statement_block";
    return isValue ? node : returned(node, file);
  },
  decisions: ifs(),
  catches: tryCatches(["try_statement"], ["catch_clause"]),
  selfNames: new Set(["this"]),
};
