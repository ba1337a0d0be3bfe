import { phpdoc } from "#comments/block-comment.ts";
import type { Language, SymbolReader } from "#languages/language.ts";
import type { SymbolKind } from "#symbols/doc-symbol.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeFrom, calleeIn, functionFacts, memberNames, nameOf, parameter, returnsIn } from "./reading.ts";
import { tryCatches, typeFacts, typeText } from "./reading.ts";

const method: SymbolReader = (node, file) => {
  const name = nameOf(node, file);
  const visibility = textOf(file, childOf(node, "visibility_modifier"));
  return functionFacts(node, file, {
    kind: name === "__construct" ? "constructor" : "method",
    isPublic: visibility !== "private",
    traits: ["static", "abstract"].filter((trait) => childOf(node, `${trait}_modifier`) !== undefined),
  });
};

function ofKind(kind: SymbolKind): SymbolReader {
  return (node, file) =>
    typeFacts(node, file, {
      kind,
      isPublic: true,
      clauses: ["base_clause", "class_interface_clause"],
      members: kind === "enum" ? memberNames(childIn(node, "body"), file, ["enum_case"]) : [],
    });
}

function thrown(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "throw_expression") return undefined;
  const made = childOf(node, "object_creation_expression");
  const type = flatText(file, childOf(made, "name", "qualified_name"));
  return type === "" ? undefined : type;
}

const returned = returnsIn(["return_statement"]);
const parameterTypes = new Set(["simple_parameter", "variadic_parameter", "property_promotion_parameter"]);

export const php: Language = {
  name: "PHP",
  grammarFor: () => "php",
  comments: new Set(["comment"]),
  isDoc: (text) => /^\/\*\*(?!\/)/.test(text),
  plainCommentsDocument: false,
  docMayStandApart: true,
  docstrings: false,
  wrappers: new Set(),
  leading: new Set(),
  symbols: {
    function_definition: (node, file) => functionFacts(node, file, { kind: "function", isPublic: true }),
    method_declaration: method,
    class_declaration: ofKind("class"),
    interface_declaration: ofKind("interface"),
    trait_declaration: ofKind("trait"),
    enum_declaration: ofKind("enum"),
  },
  parameter: (node, file) => {
    if (!parameterTypes.has(node.type)) return [];
    const rest = node.type === "variadic_parameter";
    const value = childIn(node, "default_value");
    return [
      parameter(textOf(file, childIn(node, "name")).replace(/^&?\$/, ""), {
        type: typeText(file, childIn(node, "type")),
        default: value === undefined ? undefined : flatText(file, value),
        optional: value !== undefined || rest,
        rest,
      }),
    ];
  },
  body: {
    functions: new Set(["function_definition", "method_declaration", "anonymous_function", "arrow_function"]),
    calls: {
      function_call_expression: calleeIn("function"),
      member_call_expression: calleeFrom("object", "name"),
      scoped_call_expression: calleeFrom("scope", "name"),
    },
    argumentTypes: new Set(["arguments"]),
    thrown,
    returned,
    decisions: { if_statement: { condition: "condition", body: "body" } },
    catches: tryCatches(["try_statement"], ["catch_clause"]),
    selfNames: new Set(["$this", "self", "static"]),
  },
  pragmas: {
    line: /^(?:\/\/|#|\/\*+)\s*(?:@?phpcs:|@?codingStandards|@phpstan-ignore|@psalm-suppress|@codeCoverageIgnore|@noinspection|@var\b|NOSONAR|php-cs-fixer)/,
    file: /^(?:#!|\/\*\*?\s*@(?:file|package)\b|\/\/\s*phpcs:(?:disable|ignoreFile))/,
  },
  toolTags:
    /@(?:deprecated|internal|api|template|psalm|phpstan|var|property|method|mixin|extends|implements|use|see|since|link|dataProvider|test\b|group|covers|runIn|ORM|Assert|inheritDoc|param\s+\S*[<[{])/i,
  convention: phpdoc,
};
