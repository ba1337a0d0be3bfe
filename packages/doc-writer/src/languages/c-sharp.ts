import { xmldoc } from "#comments/line-comment.ts";
import type { Language, ParameterFacts, SymbolReader } from "#languages/language.ts";
import type { SymbolKind } from "#symbols/doc-symbol.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren, nearest } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeIn, forTypes, functionFacts, ifs, memberNames, nameOf, parameter, returnsIn } from "./reading.ts";
import { tryCatches, typeFacts, typeText } from "./reading.ts";

const owners = new Set([
  "class_declaration",
  "struct_declaration",
  "record_declaration",
  "interface_declaration",
  "enum_declaration",
]);

function modifiers(node: SyntaxNode, file: SourceFile): string[] {
  return namedChildren(node)
    .filter((child) => child.type === "modifier")
    .map((child) => textOf(file, child));
}

function isPublic(node: SyntaxNode, file: SourceFile): boolean {
  const marks = modifiers(node, file);
  if (nearest(node.parent, owners)?.type === "interface_declaration") return !marks.includes("private");
  return marks.includes("public") || marks.includes("protected");
}

/** `params` stands in the list itself, not in a parameter. */
function listedRest(list: SyntaxNode | undefined, file: SourceFile): ParameterFacts[] {
  const name = list?.children.find((child) => child.field === "name");
  const type = typeText(file, childIn(list, "type"));
  return name === undefined ? [] : [parameter(textOf(file, name), { type, rest: true, optional: true })];
}

function callable(kind: SymbolKind): SymbolReader {
  return (node, file) => {
    const isOperator = node.type === "operator_declaration";
    const symbolName = isOperator ? `operator ${textOf(file, childIn(node, "operator"))}` : nameOf(node, file);
    const name = node.type === "indexer_declaration" ? "this" : symbolName;
    const read = functionFacts(node, file, {
      kind,
      name,
      returns: node.type === "method_declaration" ? "returns" : "type",
      isPublic: isPublic(node, file),
      traits: modifiers(node, file).filter((mark) => ["async", "static", "abstract"].includes(mark)),
    });
    return { ...read, body: read.body ?? childOf(node, "arrow_expression_clause") };
  };
}

function ofKind(kind: SymbolKind): SymbolReader {
  return (node, file) => {
    const members = kind === "enum" ? memberNames(childIn(node, "body"), file, ["enum_member_declaration"]) : [];
    const read = typeFacts(node, file, { kind, isPublic: isPublic(node, file), members, clauses: ["base_list"] });
    const parameters = childOf(node, "parameter_list");
    return { ...read, typeParameters: childOf(node, "type_parameter_list"), parameters };
  };
}

function thrown(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "throw_statement" && node.type !== "throw_expression") return undefined;
  const type = flatText(file, childIn(childOf(node, "object_creation_expression"), "type"));
  return type === "" ? undefined : type;
}

const returnStatement = returnsIn(["return_statement"]);

export const cSharp: Language = {
  name: "C#",
  grammarFor: () => "c-sharp",
  comments: new Set(["comment"]),
  isDoc: (text) => /^(?:\/\/\/(?!\/)|\/\*\*(?!\/))/.test(text),
  plainCommentsDocument: false,
  docMayStandApart: false,
  docstrings: false,
  wrappers: new Set(),
  leading: new Set(),
  symbols: {
    ...forTypes(["method_declaration", "operator_declaration", "indexer_declaration"], callable("method")),
    local_function_statement: callable("function"),
    constructor_declaration: callable("constructor"),
    property_declaration: (node, file) => ({
      kind: "getter",
      name: nameOf(node, file),
      isPublic: isPublic(node, file),
      returnType: typeText(file, childIn(node, "type")),
    }),
    delegate_declaration: callable("function"),
    class_declaration: ofKind("class"),
    struct_declaration: ofKind("struct"),
    record_declaration: ofKind("record"),
    interface_declaration: ofKind("interface"),
    enum_declaration: ofKind("enum"),
  },
  parameter: (node, file) => {
    if (node.field === "type" && node.parent?.type === "parameter_list") return listedRest(node.parent, file);
    if (node.type !== "parameter") return [];
    const name = childIn(node, "name");
    const value = node.children.find((child) => child.named && child.start > (name?.end ?? node.end));
    return [
      parameter(textOf(file, name), {
        type: typeText(file, childIn(node, "type")),
        default: value === undefined ? undefined : flatText(file, value),
      }),
    ];
  },
  body: {
    functions: new Set([
      "method_declaration",
      "local_function_statement",
      "lambda_expression",
      "anonymous_method_expression",
    ]),
    calls: { invocation_expression: calleeIn("function"), object_creation_expression: calleeIn("type") },
    argumentTypes: new Set(["argument_list"]),
    thrown,
    returned: (node, file) => {
      const isArrow = node.type === "arrow_expression_clause";
      return isArrow ? namedChildren(node)[0] : returnStatement(node, file);
    },
    decisions: ifs(),
    catches: tryCatches(["try_statement"], ["catch_clause"]),
    selfNames: new Set(["this"]),
  },
  pragmas: {
    line: /^(?:#\s*(?:pragma|nullable|region|endregion|line)\b|\/\/\s*(?:ReSharper|resharper|NOSONAR|language=))/,
    file: /^(?:\/\/\s*<auto-?generated|#!)/,
  },
  toolTags: /<(?:inheritdoc|include|example|code|see|seealso|permission|list|value|remarks)\b/,
  convention: xmldoc,
};
