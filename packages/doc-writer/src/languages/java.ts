import { javadoc } from "#comments/block-comment.ts";
import type { Language, SymbolReader } from "#languages/language.ts";
import type { SymbolKind } from "#symbols/doc-symbol.ts";
import { flatText } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren, nearest } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import {
  calleeFrom,
  calleeIn,
  forTypes,
  functionFacts,
  ifs,
  memberNames,
  nameOf,
  parameter,
  returnsIn,
} from "./reading.ts";
import { tryCatches, typeFacts, words } from "./reading.ts";

const interfaces = new Set(["interface_declaration", "annotation_type_declaration"]);
const owners = new Set([...interfaces, "class_declaration", "enum_declaration", "record_declaration"]);

function modifiers(node: SyntaxNode, file: SourceFile): Set<string> {
  return words(childOf(node, "modifiers"), file);
}

function isPublic(node: SyntaxNode, file: SourceFile): boolean {
  const marks = modifiers(node, file);
  const owner = nearest(node.parent, owners);
  if (owner !== undefined && interfaces.has(owner.type)) return !marks.has("private");
  return marks.has("public") || marks.has("protected");
}

const aFunction: SymbolReader = (node, file) => {
  const isConstructor = node.type.endsWith("constructor_declaration");
  const marks = modifiers(node, file);
  // A compact constructor takes the record's own components.
  const isCompact = node.type.startsWith("compact");
  const read = functionFacts(node, file, {
    kind: isConstructor ? "constructor" : "method",
    returns: "type",
    isPublic: isPublic(node, file),
    traits: ["static", "abstract"].filter((trait) => marks.has(trait)),
  });
  const declaredThrows = namedChildren(childOf(node, "throws")).map((each) => flatText(file, each));
  return {
    ...read,
    parameters: isCompact ? childIn(node.parent?.parent, "parameters") : read.parameters,
    declaredThrows,
  };
};

function ofKind(kind: SymbolKind): SymbolReader {
  return (node, file) => {
    const read = typeFacts(node, file, {
      kind,
      isPublic: isPublic(node, file),
      members: kind === "enum" ? memberNames(childIn(node, "body"), file, ["enum_constant"]) : [],
      clauses: ["superclass"],
    });
    const listed = [childOf(node, "super_interfaces"), childOf(node, "extends_interfaces")].flatMap((clause) =>
      namedChildren(childOf(clause, "type_list")).map((base) => flatText(file, base)),
    );
    const parameters = kind === "record" ? childIn(node, "parameters") : undefined;
    return { ...read, bases: [...(read.bases ?? []), ...listed], parameters };
  };
}

function thrown(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "throw_statement") return undefined;
  const type = flatText(file, childIn(childOf(node, "object_creation_expression"), "type")).replace(/<.*$/, "");
  return type === "" ? undefined : type;
}

export const java: Language = {
  name: "Java",
  grammarFor: () => "java",
  comments: new Set(["line_comment", "block_comment"]),
  isDoc: (text) => /^\/\*\*(?!\/)/.test(text),
  plainCommentsDocument: false,
  docMayStandApart: true,
  docstrings: false,
  wrappers: new Set(),
  leading: new Set(),
  symbols: {
    ...forTypes(["method_declaration", "constructor_declaration", "compact_constructor_declaration"], aFunction),
    annotation_type_element_declaration: aFunction,
    class_declaration: ofKind("class"),
    interface_declaration: ofKind("interface"),
    annotation_type_declaration: ofKind("interface"),
    enum_declaration: ofKind("enum"),
    record_declaration: ofKind("record"),
  },
  parameter: (node, file) => {
    if (node.type === "spread_parameter") {
      const declarator = childOf(node, "variable_declarator");
      const type = namedChildren(node).find((child) => child.type !== "modifiers" && child !== declarator);
      const facts = { type: `${flatText(file, type)}...`, rest: true, optional: true };
      return [parameter(nameOf(declarator ?? node, file), facts)];
    }
    if (node.type !== "formal_parameter") return [];
    return [parameter(nameOf(node, file), { type: flatText(file, childIn(node, "type")) })];
  },
  body: {
    functions: new Set(["method_declaration", "constructor_declaration", "lambda_expression"]),
    calls: { method_invocation: calleeFrom("object", "name"), object_creation_expression: calleeIn("type") },
    argumentTypes: new Set(["argument_list"]),
    thrown,
    returned: returnsIn(["return_statement"]),
    decisions: ifs(),
    catches: tryCatches(["try_statement", "try_with_resources_statement"], ["catch_clause"]),
    selfNames: new Set(["this"]),
  },
  pragmas: {
    line: /^(?:\/\/|\/\*+)\s*(?:noinspection|NOSONAR|NOPMD|CHECKSTYLE|@formatter|spotless:|CSOFF|CSON|\$NON-NLS|region\b|endregion\b)/,
    file: /^(?:\/\/|\/\*+)\s*(?:@formatter:off|language=)/,
  },
  toolTags:
    /@(?:deprecated|hidden|apiNote|implSpec|implNote|since|see|snippet|serial|author|version)|\{@(?:snippet|inheritDoc|link)/,
  convention: javadoc,
};
