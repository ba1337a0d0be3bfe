import { doxygen } from "#comments/block-comment.ts";
import type { Language, SymbolFacts, SymbolReader } from "#languages/language.ts";
import type { SymbolKind } from "#symbols/doc-symbol.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren, nearest, preorder } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { forTypes, memberNames, nameOf, parameter, typeFacts } from "./reading.ts";
import { cBody } from "./c-family-body.ts";

const declarators = new Set([
  "pointer_declarator",
  "reference_declarator",
  "array_declarator",
  "function_declarator",
  "parenthesized_declarator",
  "variadic_declarator",
  "init_declarator",
  "attributed_declarator",
]);

function inner(node: SyntaxNode): SyntaxNode | undefined {
  return (
    childIn(node, "declarator") ??
    namedChildren(node).find((child) => /declarator$|identifier$|_name$/.test(child.type))
  );
}

/** The declarator of a function, unless what is declared is a pointer to one. */
function functionDeclarator(node: SyntaxNode): SyntaxNode | undefined {
  for (let at = childIn(node, "declarator"); at !== undefined && declarators.has(at.type); at = inner(at)) {
    if (at.type === "function_declarator") return inner(at)?.type === "parenthesized_declarator" ? undefined : at;
  }
  return undefined;
}

function declaredName(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let at = node;
  while (at !== undefined && declarators.has(at.type)) at = inner(at);
  return at;
}

const accessLabels = new WeakMap<SyntaxNode, SyntaxNode[]>();

/** In a C++ class what an access label says; in C what `static` says. */
function isPublic(node: SyntaxNode, file: SourceFile): boolean {
  const body = nearest(node.parent, new Set(["field_declaration_list"]));
  if (body === undefined) return !namedChildren(node).some((child) => textOf(file, child) === "static");
  const labels = accessLabels.get(body) ?? body.children.filter((child) => child.type === "access_specifier");
  accessLabels.set(body, labels);
  const label = labels.findLast(({ start }) => start < node.start);
  if (label === undefined) return body.parent?.type !== "class_specifier";
  return textOf(file, label) !== "private";
}

function returnType(node: SyntaxNode, declarator: SyntaxNode, file: SourceFile): string | undefined {
  const trailing = childOf(declarator, "trailing_return_type");
  if (trailing !== undefined) return flatText(file, trailing).replace(/^->\s*/, "");
  const type = flatText(file, childIn(node, "type"));
  if (type === "") return undefined;
  const outer = file.text.slice(childIn(node, "type")?.end ?? 0, declarator.start);
  return `${type}${/^[\s*&]*$/.test(outer) ? outer.replaceAll(/\s/g, "") : ""}`;
}

function templateParameters(node: SyntaxNode): SyntaxNode | undefined {
  return node.parent?.type === "template_declaration" ? childIn(node.parent, "parameters") : undefined;
}

const aFunction: SymbolReader = (node, file) => {
  const declarator = functionDeclarator(node);
  if (declarator === undefined || nearest(node.parent, new Set(["compound_statement"])) !== undefined) return undefined;
  const isDefaulted = childOf(node, "delete_method_clause", "default_method_clause") !== undefined;
  const full = flatText(file, declaredName(declarator));
  const parts = full.replaceAll(/<[^<>]*>/g, "").split("::");
  const name = parts.at(-1) ?? "";
  if (isDefaulted || !/^(?:~?\w+|operator.*)$/.test(name)) return undefined;
  const owner = parts.length > 1 ? parts.slice(0, -1).join(".") : undefined;
  const inClass = nearest(node.parent, new Set(["field_declaration_list"]))?.parent;
  const className = owner?.split(".").at(-1) ?? nameOf(inClass ?? node, file);
  const isMethod = owner !== undefined || inClass !== undefined;
  const kind = isMethod ? (name === className ? "constructor" : "method") : "function";
  const type = returnType(node, declarator, file);
  return {
    kind,
    name,
    isPublic: isPublic(node, file),
    parameters: childIn(declarator, "parameters"),
    typeParameters: templateParameters(node),
    returnType: type,
    body: childIn(node, "body"),
    container: owner,
  };
};

function ofKind(kind: SymbolKind): SymbolReader {
  return (node, file) => {
    const body = childIn(node, "body");
    if (body === undefined || node.parent?.type === "type_definition" || childIn(node, "name") === undefined)
      return undefined;
    if (nearest(node.parent, new Set(["compound_statement", "parameter_list"])) !== undefined) return undefined;
    const read = typeFacts(node, file, { kind, isPublic: isPublic(node, file) });
    const bases = namedChildren(childOf(node, "base_class_clause")).filter((each) => each.type !== "access_specifier");
    return {
      ...read,
      typeParameters: templateParameters(node),
      bases: bases.map((base) => flatText(file, base)),
      members: fields(body, file),
    };
  };
}

function fields(body: SyntaxNode, file: SourceFile): string[] {
  const enumerators = memberNames(body, file, ["enumerator"]);
  if (enumerators.length > 0 || body.children.some((child) => child.type === "access_specifier")) return enumerators;
  return namedChildren(body)
    .filter((child) => child.type === "field_declaration")
    .map((child) => flatText(file, declaredName(childIn(child, "declarator"))))
    .filter((name) => /^\w+$/.test(name));
}

const typedef: SymbolReader = (node, file) => {
  const type = childIn(node, "type");
  const names = [...preorder(node, (each) => each.type === "parameter_list" || each === type)];
  const name = flatText(
    file,
    names.find((each) => each.type === "type_identifier" && each !== type),
  );
  const kinds: Record<string, SymbolKind> = {
    struct_specifier: "struct",
    union_specifier: "union",
    enum_specifier: "enum",
  };
  const kind = kinds[type?.type ?? ""];
  const body = childIn(type, "body");
  const shared: SymbolFacts = { kind: "type", name, isPublic: true };
  if (kind !== undefined && body !== undefined) return { ...shared, kind, members: fields(body, file) };
  return {
    ...shared,
    aliasOf: childIn(node, "declarator")?.type === "type_identifier" ? flatText(file, type) : undefined,
  };
};

const macro: SymbolReader = (node, file) => ({
  kind: "macro",
  name: nameOf(node, file),
  isPublic: true,
  parameters: childIn(node, "parameters"),
});

const shared = {
  comments: new Set(["comment"]),
  isDoc: (text: string) => /^(?:\/\*[*!]|\/\/[/!])/.test(text),
  plainCommentsDocument: true,
  docMayStandApart: false,
  docstrings: false,
  wrappers: new Set(["template_declaration"]),
  leading: new Set<string>(),
  parameter: (node: SyntaxNode, file: SourceFile) => {
    if (node.type === "identifier") return [parameter(textOf(file, node))];
    const name = textOf(file, declaredName(childIn(node, "declarator")));
    if (!/^\w+$/.test(name)) return [];
    const value = childIn(node, "default_value");
    const rest = node.type === "variadic_parameter_declaration";
    // The declaration itself: pointers, arrays and functions stand around the name.
    const type = flatText(file, value === undefined ? node : { ...node, end: value.start, children: [] }).replace(
      /\s*=\s*$/,
      "",
    );
    const text = value === undefined ? undefined : flatText(file, value);
    return [parameter(name, { type, default: text, rest, optional: text !== undefined || rest })];
  },
  body: cBody,
  pragmas: {
    line: /^(?:#\s*pragma\s+(?!once)|(?:\/\/|\/\*)\s*(?:NOLINT|clang-format|cppcheck-suppress|coverity|IWYU|lint\b|fallthrough|FALLTHROUGH|LCOV_EXCL|GCOVR_EXCL|CHECKSTYLE|@cond|@endcond))/,
    file: /^(?:#\s*pragma\s+once|(?:\/\/|\/\*+)\s*-\*-)/,
  },
  toolTags:
    /[@\\](?:deprecated|ingroup|defgroup|addtogroup|name|code|verbatim|since|see|sa|internal|hideinitializer|warning|note)\b|SAFETY:|TODO/,
  convention: doxygen,
  // Of a prototype and a definition in one file, the first has the comment.
  isRepeat: (symbol: Parameters<NonNullable<Language["isRepeat"]>>[0], earlier: ReadonlySet<string>) =>
    earlier.has(`${symbol.qualifiedName}/${String(symbol.parameters.length)}`) && symbol.kind !== "type",
} satisfies Partial<Language>;

const symbols: Language["symbols"] = {
  ...forTypes(["function_definition", "declaration", "field_declaration"], aFunction),
  struct_specifier: ofKind("struct"),
  union_specifier: ofKind("union"),
  enum_specifier: ofKind("enum"),
  class_specifier: ofKind("class"),
  type_definition: typedef,
  preproc_function_def: macro,
};

export const c: Language = { ...shared, name: "C", grammarFor: () => "c", symbols };

export const cpp: Language = {
  ...shared,
  name: "C++",
  grammarFor: () => "cpp",
  symbols: {
    ...symbols,
    alias_declaration: (node, file) => ({
      ...typeFacts(node, file, { kind: "type", isPublic: isPublic(node, file) }),
      typeParameters: templateParameters(node),
      aliasOf: flatText(file, childIn(node, "type")),
    }),
    concept_definition: (node, file) => ({
      ...typeFacts(node, file, { kind: "trait", isPublic: true }),
      typeParameters: templateParameters(node),
    }),
    namespace_definition: (node, file) =>
      childIn(node, "name") === undefined ? undefined : { kind: "namespace", name: nameOf(node, file), isPublic: true },
  },
};
