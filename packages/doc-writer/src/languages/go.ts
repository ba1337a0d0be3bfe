import { godoc } from "#comments/line-comment.ts";
import type { Language, SymbolReader } from "#languages/language.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeIn, functionFacts, ifs, memberNames, nameOf, parameter, returnsIn, typeText } from "./reading.ts";

const isPublicName = (name: string): boolean => /^\p{Lu}/u.test(name);

function receiverType(node: SyntaxNode, file: SourceFile): string | undefined {
  return /([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*\)$/.exec(flatText(file, childIn(node, "receiver")))?.[1];
}

const aFunction: SymbolReader = (node, file) => {
  const container = node.type === "method_declaration" ? receiverType(node, file) : undefined;
  const name = nameOf(node, file);
  return {
    ...functionFacts(node, file, {
      kind: node.type === "function_declaration" ? "function" : "method",
      returns: "result",
      isPublic: isPublicName(name) && (container === undefined || isPublicName(container)),
    }),
    container,
  };
};

const typeSpec: SymbolReader = (node, file) => {
  const type = childIn(node, "type");
  const name = nameOf(node, file);
  const shared = { name, isPublic: isPublicName(name), typeParameters: childIn(node, "type_parameters") };
  if (type?.type === "struct_type") {
    const members = memberNames(childOf(type, "field_declaration_list"), file, ["field_declaration"]);
    return { ...shared, kind: "struct", members: members.map((member) => member.replace(/^\*/, "")) };
  }
  if (type?.type === "interface_type")
    return { ...shared, kind: "interface", members: memberNames(type, file, ["method_elem"]) };
  return { ...shared, kind: "type", aliasOf: flatText(file, type) };
};

/** One declaration of one exported name; groups are read as a whole by people. */
const constant: SymbolReader = (node, file) => {
  if (node.parent?.parent?.type !== "source_file" || node.parent.children.some((child) => child.type === "("))
    return undefined;
  const name = nameOf(node, file);
  return {
    kind: node.type === "const_spec" ? "constant" : "variable",
    name,
    isPublic: isPublicName(name),
    returnType: typeText(file, childIn(node, "type")),
  };
};

export const go: Language = {
  name: "Go",
  grammarFor: () => "go",
  comments: new Set(["comment"]),
  isDoc: () => true,
  plainCommentsDocument: true,
  docMayStandApart: false,
  docstrings: false,
  wrappers: new Set(["type_declaration", "const_declaration", "var_declaration"]),
  leading: new Set(),
  symbols: {
    function_declaration: aFunction,
    method_declaration: aFunction,
    method_elem: aFunction,
    type_spec: typeSpec,
    type_alias: typeSpec,
    const_spec: constant,
    var_spec: constant,
  },
  parameter: (node, file) => {
    const rest = node.type === "variadic_parameter_declaration";
    const type = flatText(file, childIn(node, "type"));
    return node.children
      .filter((child) => child.field === "name" && textOf(file, child) !== "_")
      .map((child) => parameter(textOf(file, child), { type: rest ? `...${type}` : type, rest, optional: rest }));
  },
  body: {
    functions: new Set(["function_declaration", "method_declaration", "func_literal"]),
    calls: { call_expression: calleeIn("function") },
    argumentTypes: new Set(["argument_list"]),
    thrown: (node, file) =>
      node.type === "call_expression" && textOf(file, childIn(node, "function")) === "panic" ? "panic" : undefined,
    returned: returnsIn(["return_statement"]),
    decisions: ifs(),
    // A deferred recover may be anywhere: what panics is said only where none is.
    catches: (node) =>
      node.type === "block" &&
      namedChildren(childOf(node, "statement_list")).some((each) => each.type === "defer_statement"),
    selfNames: new Set(),
  },
  pragmas: {
    line: /^(?:\/\/(?:go:|line\b|export\b|extern\b|nolint\b|lint:|\s*nolint\b|sys(?:nb)?\b|#nosec)|\/\/\s*#nosec)/,
    file: /^(?:\/\/go:build|\/\/\s*\+build|\/\/go:debug|\/\/\s*Code generated .* DO NOT EDIT)/,
  },
  toolTags: /Deprecated:|^\/\/(?:go:|export )|\+k8s|\+kubebuilder|\+genclient|swagger:|@(?:Summary|Router|Param)/m,
  convention: godoc,
};
