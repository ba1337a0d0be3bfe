import { rustdoc } from "#comments/line-comment.ts";
import type { Language, SymbolReader } from "#languages/language.ts";
import type { SymbolKind } from "#symbols/doc-symbol.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, nearest } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeIn, functionFacts, memberNames, nameOf, parameter, returnsIn, typeFacts, typeText } from "./reading.ts";

const implementations = new Set(["impl_item", "trait_item"]);

function ownerOf(node: SyntaxNode): SyntaxNode | undefined {
  return node.parent?.type === "declaration_list"
    ? nearest(node.parent.parent, implementations, node.parent.parent?.parent)
    : undefined;
}

function isPublic(node: SyntaxNode, file: SourceFile): boolean {
  const owner = ownerOf(node);
  if (owner?.type === "trait_item" || childIn(owner, "trait") !== undefined) return true;
  return textOf(file, childOf(node, "visibility_modifier")) === "pub";
}

const aFunction: SymbolReader = (node, file) => {
  const owner = ownerOf(node);
  const traits = flatText(file, childOf(node, "function_modifiers")).split(" ");
  const type = flatText(file, childIn(owner, "type")).replace(/<.*$/, "");
  return {
    ...functionFacts(node, file, { kind: owner === undefined ? "function" : "method", isPublic: isPublic(node, file) }),
    traits: traits.filter((trait) => ["async", "unsafe", "const"].includes(trait)),
    container: owner?.type === "impl_item" && type !== "" ? type : undefined,
  };
};

function ofKind(kind: SymbolKind): SymbolReader {
  return (node, file) => {
    const body = childIn(node, "body");
    const members = memberNames(body, file, ["field_declaration", "enum_variant"]);
    return typeFacts(node, file, { kind, isPublic: isPublic(node, file), members, clauses: ["trait_bounds"] });
  };
}

const constant: SymbolReader = (node, file) => ({
  kind: node.type === "const_item" ? "constant" : "variable",
  name: nameOf(node, file),
  isPublic: isPublic(node, file),
  returnType: typeText(file, childIn(node, "type")),
});

const macros: Readonly<Record<string, string>> = {
  panic: "panic",
  unreachable: "panic",
  todo: "panic",
  unimplemented: "panic",
  assert: "panic",
  assert_eq: "panic",
  assert_ne: "panic",
};

function panics(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type === "macro_invocation") return macros[textOf(file, childIn(node, "macro"))];
  if (node.type !== "call_expression") return undefined;
  const method = textOf(file, childIn(childIn(node, "function"), "field"));
  return method === "unwrap" || method === "expect" ? "panic" : undefined;
}

const returnStatement = returnsIn(["return_expression"]);

export const rust: Language = {
  name: "Rust",
  grammarFor: () => "rust",
  comments: new Set(["line_comment", "block_comment"]),
  isDoc: (text) => /^(?:\/\/\/(?!\/)|\/\*\*(?![*/]))/.test(text),
  plainCommentsDocument: false,
  docMayStandApart: false,
  docstrings: false,
  wrappers: new Set(),
  leading: new Set(["attribute_item"]),
  symbols: {
    function_item: aFunction,
    function_signature_item: aFunction,
    struct_item: ofKind("struct"),
    union_item: ofKind("union"),
    enum_item: ofKind("enum"),
    trait_item: ofKind("trait"),
    mod_item: (node, file) => (childIn(node, "body") === undefined ? undefined : ofKind("module")(node, file)),
    type_item: (node, file) => ({
      ...typeFacts(node, file, { kind: "type", isPublic: isPublic(node, file) }),
      aliasOf: flatText(file, childIn(node, "type")),
    }),
    macro_definition: (node, file) => ({ kind: "macro", name: nameOf(node, file), isPublic: true }),
    const_item: constant,
    static_item: constant,
  },
  parameter: (node, file) => {
    if (node.type !== "parameter") return [];
    const pattern = childIn(node, "pattern");
    const name = flatText(file, pattern).replace(/^(?:ref\s+)?(?:mut\s+)?/, "");
    const type = typeText(file, childIn(node, "type"));
    return name === "_" || name === "self" ? [] : [parameter(name, { type })];
  },
  body: {
    functions: new Set(["function_item", "closure_expression", "async_block"]),
    calls: { call_expression: calleeIn("function") },
    argumentTypes: new Set(["arguments"]),
    thrown: panics,
    returned: (node, file) => {
      // The last expression of a function's block is its value.
      const isLast = node.parent?.type === "block" && node.parent.children.at(-2) === node;
      const isTail =
        isLast && node.parent?.parent?.type === "function_item" && !/_statement$|_item$|^let_/.test(node.type);
      return isTail && !node.type.endsWith("comment") ? node : returnStatement(node, file);
    },
    decisions: { if_expression: { condition: "condition", body: "consequence" } },
    catches: () => false,
    selfNames: new Set(["self", "Self"]),
  },
  pragmas: {
    line: /^\/\/\s*(?:rustfmt::|clippy::|@generated|region\b|endregion\b|SAFETY:)/,
    file: /^(?:#!|\/\/!|\/\/\s*@generated)/,
  },
  toolTags: /```|#\s*Safety|#\s*Examples?/,
  convention: rustdoc,
};
