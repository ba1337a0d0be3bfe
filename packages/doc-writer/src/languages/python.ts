import { docstring } from "#comments/docstring.ts";
import type { Language, ParameterFacts, SymbolReader } from "#languages/language.ts";
import { flatText } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, namedChildren, nearest } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeIn, functionFacts, ifs, nameOf, parameter, returnsIn, tryCatches, typeText } from "./reading.ts";

// PEP 8: one leading underscore is private; names such as __init__ are Python's own.
const isPublicName = (name: string): boolean => !name.startsWith("_") || /^__\w+__$/.test(name);

function decorators(node: SyntaxNode, file: SourceFile): string[] {
  if (node.parent?.type !== "decorated_definition") return [];
  return namedChildren(node.parent)
    .filter((child) => child.type === "decorator")
    .map((child) => flatText(file, child).slice(1));
}

const scopes = new Set(["class_definition", "function_definition"]);

const aFunction: SymbolReader = (node, file) => {
  const name = nameOf(node, file);
  const marks = decorators(node, file);
  // A setter is the same property; an overload is the same function.
  if (marks.some((mark) => /\.(?:setter|deleter)$|(?:^|\.)overload$/.test(mark))) return undefined;
  const isMethod = nearest(node.parent, scopes)?.type === "class_definition";
  const isProperty = marks.some((mark) => /(?:^|[._])(?:property|cached_property)$/.test(mark));
  const callable = name === "__init__" ? "constructor" : "method";
  const traits = [
    ...node.children.filter((child) => child.type === "async").map(() => "async"),
    ...(marks.includes("staticmethod") ? ["static"] : []),
    ...(marks.includes("classmethod") ? ["static"] : []),
    ...(marks.some((mark) => mark.endsWith("abstractmethod")) ? ["abstract"] : []),
  ];
  return functionFacts(node, file, {
    kind: isMethod ? (isProperty ? "getter" : callable) : "function",
    isPublic: isPublicName(name),
    traits,
  });
};

const aClass: SymbolReader = (node, file) => {
  const bases = namedChildren(childIn(node, "superclasses"))
    .filter((child) => !["keyword_argument", "comment"].includes(child.type))
    .map((child) => flatText(file, child))
    .filter((base) => base.length <= 80 && base !== "object");
  const name = nameOf(node, file);
  return { kind: "class", name, isPublic: isPublicName(name), bases, body: childIn(node, "body") };
};

/** `self` and `cls` are not the caller's to give. */
function isReceiver(node: SyntaxNode, name: string, file: SourceFile): boolean {
  const definition = node.parent?.parent;
  if (definition === undefined || !["self", "cls", "mcs"].includes(name)) return false;
  const isMethod = nearest(definition.parent, scopes)?.type === "class_definition";
  return isMethod && namedChildren(node.parent)[0] === node && !decorators(definition, file).includes("staticmethod");
}

function named(node: SyntaxNode, file: SourceFile): Pick<ParameterFacts, "name" | "rest"> | undefined {
  const inner = node.type === "typed_parameter" ? namedChildren(node)[0] : (childIn(node, "name") ?? node);
  if (inner === undefined || !/^(?:identifier|list_splat_pattern|dictionary_splat_pattern)$/.test(inner.type))
    return undefined;
  // Google style writes the stars.
  return { name: flatText(file, inner), rest: inner.type !== "identifier" };
}

const readParameter: Language["parameter"] = (node, file) => {
  const facts = named(node, file);
  if (facts === undefined || isReceiver(node, facts.name, file)) return [];
  const value = childIn(node, "value");
  return [
    parameter(facts.name, {
      rest: facts.rest,
      type: typeText(file, childIn(node, "type")),
      default: value === undefined ? undefined : flatText(file, value),
      optional: value !== undefined || facts.rest,
    }),
  ];
};

function thrown(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "raise_statement") return undefined;
  const raised = namedChildren(node).find((child) => child.field !== "cause" && child.type !== "comment");
  const type = flatText(file, childIn(raised, "function") ?? raised);
  return /^(?:\w+\.)*[A-Z]\w*$/.test(type) ? type : undefined;
}

const returned = returnsIn(["return_statement"]);

export const python: Language = {
  name: "Python",
  grammarFor: () => "python",
  comments: new Set(["comment"]),
  isDoc: () => false,
  plainCommentsDocument: false,
  docMayStandApart: false,
  docstrings: true,
  wrappers: new Set(["decorated_definition"]),
  leading: new Set(),
  symbols: { function_definition: aFunction, class_definition: aClass },
  parameter: readParameter,
  body: {
    functions: new Set(["function_definition", "lambda", "class_definition"]),
    calls: { call: calleeIn("function") },
    argumentTypes: new Set(["argument_list"]),
    thrown,
    returned: (node, file) => {
      const value = returned(node, file);
      return value?.type === "none" ? null : value;
    },
    decisions: ifs(),
    catches: tryCatches(["try_statement"], ["except_clause", "except_group_clause"]),
    selfNames: new Set(["self", "cls"]),
  },
  pragmas: {
    line: /^#\s*(?:type:|noqa\b|pylint:|pyright:|mypy:|ruff:|flake8:|fmt:\s*(?:off|on|skip)|yapf:|isort:|pragma:|nosec\b|nosemgrep|pytype:|region\b|endregion\b)/i,
    file: /^#(?:!|.*?coding[:=])/,
  },
  toolTags:
    />>>|\.\.\s+(?:deprecated|versionadded|versionchanged|doctest|testcode|code)|@(?:deprecated|type|rtype)|:meta\s/,
  convention: docstring,
};
