import { jsdoc, tsdoc } from "#comments/block-comment.ts";
import type { Language, SymbolFacts, SymbolReader } from "#languages/language.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren, nearest } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { ecmascriptBody, ecmascriptParameter, functionTypes } from "./ecmascript-parts.ts";
import { isExported } from "./ecmascript-exports.ts";
import { forTypes, functionFacts, nameOf, typeFacts, typeText } from "./reading.ts";

const classBodies = new Set(["class_body", "interface_body"]);

function functionTraits(node: SyntaxNode): string[] {
  const words = node.children.filter((child) => !child.named).map((child) => child.type);
  const star = node.type.startsWith("generator") || words.includes("*") ? ["generator"] : [];
  return [...words.filter((word) => ["async", "static", "abstract", "get", "set"].includes(word)), ...star];
}

function facts(node: SyntaxNode, file: SourceFile, name: string): SymbolFacts {
  const read = functionFacts(node, file, {
    kind: "function",
    name,
    isPublic: isExported(node, name, file),
    traits: functionTraits(node),
  });
  return { ...read, parameters: read.parameters ?? childIn(node, "parameter") };
}

/** Where overloads stand above, they are the documented signatures, not the implementation. */
function followsOverload(node: SyntaxNode, file: SourceFile): boolean {
  const at = node.parent?.type === "export_statement" ? node.parent : node;
  const siblings = namedChildren(at.parent).filter((each) => each.type !== "comment");
  const before = siblings[siblings.indexOf(at) - 1];
  const signature = before?.type === "export_statement" ? childIn(before, "declaration") : before;
  const types = ["function_signature", "method_signature"];
  return signature !== undefined && types.includes(signature.type) && nameOf(signature, file) === nameOf(node, file);
}

const declared: SymbolReader = (node, file) =>
  followsOverload(node, file) && !node.type.endsWith("signature") ? undefined : facts(node, file, nameOf(node, file));

function isHidden(node: SyntaxNode, name: string, file: SourceFile): boolean {
  const modifier = textOf(file, childOf(node, "accessibility_modifier"));
  return name.startsWith("#") || modifier === "private" || modifier === "protected";
}

function hasGetter(node: SyntaxNode, name: string, file: SourceFile): boolean {
  return namedChildren(node.parent).some(
    (each) => each !== node && functionTraits(each).includes("get") && nameOf(each, file) === name,
  );
}

/** An object's methods are symbols when the object itself has a name. */
function isInNamedObject(node: SyntaxNode): boolean {
  return (
    nearest(node.parent?.parent, new Set(["variable_declarator", "assignment_expression"])) === node.parent?.parent
  );
}

const method: SymbolReader = (node, file) => {
  const name = nameOf(node, file);
  const inClass = classBodies.has(node.parent?.type ?? "");
  if (!inClass && !(node.parent?.type === "object" && isInNamedObject(node))) return undefined;
  if (followsOverload(node, file) && node.type === "method_definition") return undefined;
  const traits = functionTraits(node);
  if (traits.includes("set") && hasGetter(node, name, file)) return undefined;
  const kind = name === "constructor" && inClass ? "constructor" : traits.includes("get") ? "getter" : "method";
  return { ...facts(node, file, name), kind, traits, isPublic: !isHidden(node, name, file) };
};

function functionValue(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return node !== undefined && functionTypes.has(node.type) ? node : undefined;
}

const field: SymbolReader = (node, file) => {
  const value = functionValue(childIn(node, "value"));
  const name = flatText(file, childIn(node, "name") ?? childIn(node, "property"));
  if (value === undefined) return undefined;
  return { ...facts(value, file, name), kind: "method", isPublic: !isHidden(node, name, file) };
};

const variable: SymbolReader = (node, file) => {
  const nameNode = childIn(node, "name");
  const value = childIn(node, "value");
  if (nameNode?.type !== "identifier" || node.parent?.type.endsWith("declaration") !== true) return undefined;
  const name = textOf(file, nameNode);
  const isPublic = isExported(node, name, file);
  const callable = functionValue(value);
  if (callable !== undefined) return { ...facts(callable, file, name), isPublic };
  if (value?.type === "class") return { ...classFacts(value, file, "class"), name, isPublic };
  if (node.parent.parent?.type !== "export_statement") return undefined;
  return { kind: "constant", name, isPublic, returnType: typeText(file, childIn(node, "type")) };
};

/** `exports.name = function`, `module.exports = function`, `Type.prototype.name = function`. */
const assignment: SymbolReader = (node, file) => {
  const left = textOf(file, childIn(node, "left"));
  const right = functionValue(childIn(node, "right"));
  const match = /^(?:(?:module\.exports|exports|([A-Z]\w*)(?:\.prototype)?)\.(\w+)|module\.exports)$/.exec(left);
  if (match === null || right === undefined || node.parent?.type !== "expression_statement") return undefined;
  const [, owner, name = nameOf(right, file) || "exports"] = match;
  const kind = owner === undefined ? "function" : "method";
  return { ...facts(right, file, name), kind, isPublic: true, container: owner };
};

const byDefault: SymbolReader = (node, file) =>
  node.parent?.type === "export_statement"
    ? { ...facts(node, file, nameOf(node, file) || "default"), isPublic: true }
    : undefined;

function classFacts(node: SyntaxNode, file: SourceFile, kind: "class" | "interface"): SymbolFacts {
  const heritage = childOf(node, "class_heritage");
  const typed = namedChildren(heritage).filter((child) => child.type.endsWith("_clause"));
  // JavaScript's heritage is the base itself.
  const clauses = typed.length > 0 ? typed.map((each) => flatText(file, each)) : [flatText(file, heritage)];
  const texts = [...clauses, flatText(file, childOf(node, "extends_type_clause"))].filter((text) => text !== "");
  const read = typeFacts(node, file, { kind, isPublic: isExported(node, nameOf(node, file), file) });
  const traits = node.type.startsWith("abstract") ? ["abstract"] : [];
  return { ...read, name: read.name || "default", traits, bases: texts.filter((text) => text.length <= 120) };
}

const aClass: SymbolReader = (node, file) =>
  node.type !== "class" || node.parent?.type === "export_statement" ? classFacts(node, file, "class") : undefined;

const alias: SymbolReader = (node, file) => ({
  ...typeFacts(node, file, { kind: "type", isPublic: isExported(node, nameOf(node, file), file) }),
  aliasOf: flatText(file, childIn(node, "value")),
});

const anEnum: SymbolReader = (node, file) => {
  const body = childIn(node, "body");
  const members = namedChildren(body)
    .filter((child) => child.type !== "comment")
    .map((child) => flatText(file, childIn(child, "name") ?? child));
  return typeFacts(node, file, { kind: "enum", isPublic: isExported(node, nameOf(node, file), file), members });
};

const namespace: SymbolReader = (node, file) => {
  const name = nameOf(node, file);
  return name.startsWith('"') || name.startsWith("'")
    ? undefined
    : { kind: "namespace", name, isPublic: isExported(node, name, file) };
};

const symbols: Language["symbols"] = {
  ...forTypes(["function_declaration", "generator_function_declaration", "function_signature"], declared),
  ...forTypes(["arrow_function", "function_expression", "generator_function"], byDefault),
  ...forTypes(["method_definition", "method_signature", "abstract_method_signature"], method),
  ...forTypes(["public_field_definition", "field_definition"], field),
  ...forTypes(["class_declaration", "abstract_class_declaration", "class"], aClass),
  ...forTypes(["internal_module", "module"], namespace),
  interface_declaration: (node, file) => classFacts(node, file, "interface"),
  type_alias_declaration: alias,
  enum_declaration: anEnum,
  variable_declarator: variable,
  assignment_expression: assignment,
};

const shared = {
  comments: new Set(["comment", "html_comment"]),
  isDoc: (text: string) => text.startsWith("/**") && !/^\/\*\*\s*(?:\*\/|@(?:type|satisfies|jsx\w*)\b)/.test(text),
  plainCommentsDocument: false,
  docMayStandApart: true,
  docstrings: false,
  wrappers: new Set([
    "export_statement",
    "ambient_declaration",
    "lexical_declaration",
    "variable_declaration",
    "expression_statement",
  ]),
  leading: new Set(["decorator"]),
  symbols,
  parameter: ecmascriptParameter,
  body: ecmascriptBody,
  pragmas: {
    line: /^(?:\/\/|\/\*+)\s*(?:@ts-(?:ignore|expect-error)|(?:eslint|oxlint|tslint|stylelint)[-:]disable-next-line|deno-lint-ignore(?!-file)|jshint ignore:|prettier-ignore|oxfmt-ignore|biome-ignore|dprint-ignore|(?:istanbul|c8|v8|node:coverage)[\s:]+(?:ignore|disable)|[#@]__(?:PURE|NO_SIDE_EFFECTS)__|@type\b|@satisfies\b|#(?:end)?region|webpack\w+:|@vite-ignore|\$Flow(?:FixMe|Expected))/,
    file: /^(?:#!|\/\/\/\s*<|(?:\/\/|\/\*+)\s*(?:\*\s*)?(?:@ts-(?:check|nocheck)|(?:eslint|oxlint|tslint|stylelint)[-:](?:disable|enable)(?!-next|-line)|deno-lint-ignore-file|biome-ignore-all|(?:eslint-env|global|globals)\b|@jsx|@flow|@noflow|@(?:jest|vitest)-environment|@preserve|@license|@format|@prettier))/,
  },
  toolTags:
    /@(?:deprecated|internal|alpha|beta|public|private|protected|readonly|type\b|typedef|template|callback|satisfies|overload|import|hidden|ignore|licen[sc]e|preserve|jsx|api|enum|this|extends|augments|implements|override|see|example|param\s*\{|returns?\s*\{|inheritDoc)/i,
} satisfies Partial<Language>;

export const typescript: Language = {
  ...shared,
  name: "TypeScript",
  grammarFor: (path) => (/\.[jt]sx$/i.test(path) ? "tsx" : "typescript"),
  convention: tsdoc,
};

export const javascript: Language = {
  ...shared,
  name: "JavaScript",
  grammarFor: () => "javascript",
  convention: jsdoc,
};
