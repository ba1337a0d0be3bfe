import { yard } from "#comments/line-comment.ts";
import type { BodyGrammar, Language, SymbolReader } from "#languages/language.ts";
import { flatText, textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { childIn, childOf, namedChildren } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { calleeFrom, nameOf, parameter, returnsIn, typeFacts } from "./reading.ts";

interface Visibility {
  /** Where a bare `private`, `protected` or `public` stands, and whether it hides what follows. */
  switches: { start: number; hides: boolean }[];
  /** Hidden by name, as by `private :name`. */
  names: ReadonlySet<string>;
}

function readVisibility(body: SyntaxNode, file: SourceFile): Visibility {
  const texts = body.children
    .filter((child) => child.end - child.start < 400)
    .map((child) => ({ start: child.start, text: flatText(file, child) }));
  const switches = texts
    .filter(({ text }) => /^(?:private|protected|public)$/.test(text))
    .map(({ start, text }) => ({ start, hides: text !== "public" }));
  const named = texts.flatMap(({ text }) => {
    const list = /^(?:private|protected|private_class_method)\s*\(?\s*(:.*)$/.exec(text)?.[1];
    return list?.split(/[\s,:()]+/) ?? [];
  });
  return { switches, names: new Set(named) };
}

const visibilities = new WeakMap<SyntaxNode, Visibility>();

/** Whether `private` or `protected` above, around or by name hides a method. */
function isHidden(node: SyntaxNode, name: string, file: SourceFile): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  const wrapper = parent.type === "argument_list" ? parent.parent : undefined;
  if (wrapper !== undefined && /^(?:private|protected)/.test(textOf(file, childIn(wrapper, "method")))) return true;
  const known = visibilities.get(parent) ?? readVisibility(parent, file);
  visibilities.set(parent, known);
  if (known.names.has(name)) return true;
  return node.type === "method" && known.switches.findLast(({ start }) => start < node.start)?.hides === true;
}

const method: SymbolReader = (node, file) => {
  const name = nameOf(node, file).replace(/\s+/g, "");
  return {
    kind: name === "initialize" ? "constructor" : "method",
    name,
    isPublic: name === "initialize" || !isHidden(node, name, file),
    parameters: childIn(node, "parameters"),
    body: childIn(node, "body"),
    traits: node.type === "singleton_method" ? ["static"] : [],
  };
};

const raisedType = /^[A-Z]\w*(?:::\w+)*$/;

function thrown(node: SyntaxNode, file: SourceFile): string | undefined {
  if (node.type !== "call" || childIn(node, "receiver") !== undefined) return undefined;
  if (!/^(?:raise|fail)$/.test(textOf(file, childIn(node, "method")))) return undefined;
  const [first] = namedChildren(childIn(node, "arguments"));
  if (first === undefined) return undefined;
  if (first.type === "string") return "RuntimeError";
  const made = first.type === "call" ? childIn(first, "receiver") : first;
  const type = flatText(file, made);
  return raisedType.test(type) ? type : undefined;
}

const returnStatement = returnsIn(["return"]);

/** The last expression of a method is what it returns; a setter's and a constructor's value is not for its caller. */
function isTail(node: SyntaxNode, file: SourceFile): boolean {
  const body = node.parent?.type === "body_statement" ? node.parent : undefined;
  const owner = body?.parent ?? node.parent;
  if (owner?.type !== "method" && owner?.type !== "singleton_method") return false;
  if (
    body === undefined ? node.field !== "body" || node.type === "body_statement" : namedChildren(body).at(-1) !== node
  )
    return false;
  return (
    !/^(?:initialize|\w+=)$/.test(nameOf(owner, file).replace(/\s+/g, "")) &&
    !/^(?:rescue|ensure|heredoc_body|comment)$/.test(node.type)
  );
}

/** A method without a body or with a heredoc at its end returns what no short text shows. */
const returned: BodyGrammar["returned"] = (node, file) => (isTail(node, file) ? node : returnStatement(node, file));

const restTypes: Readonly<Record<string, string>> = { splat_parameter: "Array", hash_splat_parameter: "Hash" };

export const ruby: Language = {
  name: "Ruby",
  grammarFor: () => "ruby",
  comments: new Set(["comment"]),
  isDoc: () => true,
  plainCommentsDocument: true,
  docMayStandApart: false,
  docstrings: false,
  wrappers: new Set(["argument_list", "call"]),
  leading: new Set(),
  symbols: {
    method,
    singleton_method: method,
    class: (node, file) => ({
      ...typeFacts(node, file, { kind: "class", isPublic: true, clauses: ["superclass"] }),
    }),
    module: (node, file) => typeFacts(node, file, { kind: "module", isPublic: true }),
  },
  parameter: (node, file) => {
    if (node.type === "identifier") return [parameter(textOf(file, node))];
    if (node.type === "destructured_parameter") return [parameter(flatText(file, node))];
    const name = textOf(file, childIn(node, "name"));
    if (name === "") return [];
    const value = childIn(node, "value");
    const rest = Object.hasOwn(restTypes, node.type);
    const text = value === undefined ? undefined : flatText(file, value);
    return [
      parameter(name, {
        type: restTypes[node.type],
        default: text,
        rest,
        optional: rest || text !== undefined || node.type === "block_parameter",
      }),
    ];
  },
  body: {
    functions: new Set(["method", "singleton_method", "lambda", "class", "module"]),
    calls: { call: calleeFrom("receiver", "method") },
    argumentTypes: new Set(["argument_list"]),
    thrown,
    returned,
    decisions: {
      if: { condition: "condition", body: "consequence" },
      unless: { condition: "condition", body: "consequence", negated: true },
      if_modifier: { condition: "condition", body: "body" },
      unless_modifier: { condition: "condition", body: "body", negated: true },
    },
    // A rescue stands beside what it guards.
    catches: (node, from) => childOf(node, "rescue") !== undefined && !/^(?:rescue|ensure|else)$/.test(from.type),
    selfNames: new Set(["self"]),
  },
  pragmas: {
    line: /^#\s*(?:rubocop:|standard:|steep:|sorbet|typed:|:nocov:|@!|:nodoc:|:stopdoc:|:startdoc:|rbs_inline|region\b|endregion\b)/,
    file: /^#(?:!|\s*(?:-\*-|frozen[_-]string[_-]literal|(?:en)?coding|warn[_-]indent|shareable[_-]constant[_-]value|typed)\s*[:=]?)/,
  },
  toolTags: /@(?:deprecated|api|private|example|see|since|overload|option|abstract|todo|note|!)|:nodoc:|:call-seq:/,
  convention: yard,
};
