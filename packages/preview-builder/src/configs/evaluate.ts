import { posix } from "node:path";
import type { AnyNode, Expression, Pattern, VariableDeclarator } from "acorn";

/** What a config's expression may name. Nothing of it is the host's. */
export interface Scope {
  readonly constants: ReadonlyMap<
    string,
    | { readonly init: Expression; readonly path: readonly string[] }
    | { readonly from: string; readonly name: string }
    | { readonly value: unknown }
  >;
  /** What each module that is imported exports. */
  readonly imports: ReadonlyMap<string, unknown>;
  /** The config's folder, as a project path: what `__dirname` means. */
  readonly directory: string;
  /** The names of the properties that what is being read lies in, outermost first. */
  readonly within: readonly string[];
  /** Told of each value that only running would tell. */
  readonly onUnknown: (node: AnyNode, what: string, within: readonly string[]) => void;
}

/** What only running the config would tell. */
export const UNKNOWN = Symbol("unknown");

/** Functions of ours that a config may call with known arguments, as a plugin of Tailwind takes its options. */
const CALLABLE = new WeakSet<object>();

export function callable<Value extends object>(value: Value): Value {
  CALLABLE.add(value);
  return value;
}

type Evaluate<Type extends AnyNode["type"]> = (node: Extract<AnyNode, { type: Type }>, scope: Scope) => unknown;

const RULES: { readonly [Type in AnyNode["type"]]?: Evaluate<Type> } = {
  Literal: ({ value, regex }) => (regex ? new RegExp(regex.pattern, regex.flags) : value),
  TemplateLiteral: ({ quasis, expressions }, scope) => {
    const values = expressions.map((expression) => evaluate(expression, scope));
    const texts = values.filter(isText).map(String);
    if (texts.length < values.length) return UNKNOWN;
    return quasis.map(({ value }, index) => (value.cooked ?? "") + (texts[index] ?? "")).join("");
  },
  Identifier: (node, scope) => valueOfName(node.name, scope),
  ArrayExpression: ({ elements }, scope) =>
    elements.flatMap((element) => {
      if (element === null) return [];
      const isSpread = element.type === "SpreadElement";
      const value = told(isSpread ? element.argument : element, scope);
      if (value === UNKNOWN) return [];
      return isSpread && Array.isArray(value) ? (value as unknown[]) : [value];
    }),
  ObjectExpression: (node, scope) => evaluateObject(node, scope),
  MemberExpression: (node, scope) => evaluateMember(node, scope),
  ChainExpression: ({ expression }, scope) => evaluate(expression, scope),
  ParenthesizedExpression: ({ expression }, scope) => evaluate(expression, scope),
  CallExpression: (node, scope) => evaluateCall(node, scope),
  NewExpression: ({ callee, arguments: [first] }, scope) => {
    const isUrl = callee.type === "Identifier" && callee.name === "URL" && first !== undefined;
    const value = isUrl ? evaluate(first, scope) : UNKNOWN;
    return typeof value === "string" ? posix.join("/", scope.directory, value) : UNKNOWN;
  },
  UnaryExpression: ({ operator, argument }, scope) => {
    const value = evaluate(argument, scope);
    if (operator === "!") return value === UNKNOWN ? UNKNOWN : !value;
    if (typeof value !== "number" || (operator !== "-" && operator !== "+")) return UNKNOWN;
    return operator === "-" ? -value : value;
  },
  BinaryExpression: ({ operator, left, right }, scope) => {
    const a = left.type === "PrivateIdentifier" ? UNKNOWN : evaluate(left, scope);
    const b = evaluate(right, scope);
    return operator === "+" && isText(a) && isText(b) ? (a as string) + (b as string) : UNKNOWN;
  },
  LogicalExpression: ({ operator, left, right }, scope) => {
    const value = evaluate(left, scope);
    if (value === UNKNOWN) return UNKNOWN;
    const isLeft = operator === "&&" ? !value : operator === "||" ? Boolean(value) : (value ?? null) !== null;
    return isLeft ? value : evaluate(right, scope);
  },
  ConditionalExpression: ({ test, consequent, alternate }, scope) => {
    const value = evaluate(test, scope);
    return value === UNKNOWN ? UNKNOWN : evaluate(value ? consequent : alternate, scope);
  },
  // A config that is a function gives the same for whatever it is asked, and so do a theme's: `({ theme }) => ({ … })`.
  ArrowFunctionExpression: (node, scope) => evaluateFunction(node, scope),
  FunctionExpression: (node, scope) => evaluateFunction(node, scope),
};

/** The value of an expression, or UNKNOWN. Runs nothing of the config's. */
export function evaluate(node: AnyNode, scope: Scope): unknown {
  const rule = RULES[node.type] as ((node: AnyNode, scope: Scope) => unknown) | undefined;
  return rule === undefined ? UNKNOWN : rule(node, scope);
}

/** The same, and tells of what is not known. */
function told(node: AnyNode, scope: Scope): unknown {
  const value = evaluate(node, scope);
  if (value === UNKNOWN) scope.onUnknown(node, "A config is read, not run: this part of it is left out.", scope.within);
  return value;
}

function isText(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function valueOfName(name: string, scope: Scope): unknown {
  if (name === "undefined") return undefined;
  if (name === "__dirname") return posix.join("/", scope.directory);
  const constant = scope.constants.get(name);
  if (constant === undefined) return UNKNOWN;
  if ("value" in constant) return constant.value;
  if ("from" in constant) {
    const exported = scope.imports.get(constant.from);
    if (constant.name !== "*")
      return member(exported, constant.name, member(member(exported, "default"), constant.name));
    return exported ?? UNKNOWN;
  }
  // Taken out while it is being found out: a constant may name itself.
  const rest = new Map([...scope.constants].filter(([each]) => each !== name));
  const value = evaluate(constant.init, { ...scope, constants: rest });
  return constant.path.reduce((inner, key) => member(inner, key), value);
}

function member(value: unknown, key: string, instead: unknown = UNKNOWN): unknown {
  if (value === UNKNOWN || (typeof value !== "object" && typeof value !== "function") || value === null) return instead;
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : instead;
}

function evaluateMember(
  { object, property, computed }: Extract<AnyNode, { type: "MemberExpression" }>,
  scope: Scope,
): unknown {
  if (object.type === "Super") return UNKNOWN;
  const key = computed ? evaluate(property, scope) : property.type === "Identifier" ? property.name : UNKNOWN;
  return isText(key) ? member(evaluate(object, scope), String(key)) : UNKNOWN;
}

function evaluateObject({ properties }: Extract<AnyNode, { type: "ObjectExpression" }>, scope: Scope): unknown {
  const made: Record<string, unknown> = {};
  for (const property of properties) {
    if (property.type === "SpreadElement") {
      const value = told(property.argument, scope);
      if (typeof value === "object" && value !== null) Object.assign(made, value);
      continue;
    }
    const { key } = property;
    const name = !property.computed && key.type === "Identifier" ? key.name : evaluate(key, scope);
    const inner = isText(name) ? { ...scope, within: [...scope.within, String(name)] } : scope;
    const value = isText(name) && property.kind === "init" ? told(property.value, inner) : UNKNOWN;
    if (value !== UNKNOWN && name !== "__proto__") made[String(name)] = value;
  }
  return made;
}

function evaluateCall(
  { callee, arguments: args }: Extract<AnyNode, { type: "CallExpression" }>,
  scope: Scope,
): unknown {
  const values = args.map((argument) => (argument.type === "SpreadElement" ? UNKNOWN : evaluate(argument, scope)));
  const [first] = values;
  if (callee.type === "Identifier") {
    if (callee.name === "require") return requireModule(first, scope);
    // `defineConfig` and its kind give back what they are given.
    if (/^define\w*$|^with[A-Z]\w*$|^fileURLToPath$/.test(callee.name)) return first ?? UNKNOWN;
  }
  if (isJsonText(callee)) return first === UNKNOWN ? UNKNOWN : JSON.stringify(first);
  const path = pathCall(callee, values, scope);
  if (path !== undefined) return path;
  const called = callee.type === "Super" ? UNKNOWN : evaluate(callee, scope);
  const isKnown = typeof called === "function" && CALLABLE.has(called) && !values.includes(UNKNOWN);
  return isKnown ? (called as (...args: unknown[]) => unknown)(...values) : UNKNOWN;
}

/** `JSON.stringify`, by which a config makes values into code. */
function isJsonText(callee: AnyNode): boolean {
  if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier" || callee.object.name !== "JSON")
    return false;
  return callee.property.type === "Identifier" && callee.property.name === "stringify";
}

function requireModule(specifier: unknown, scope: Scope): unknown {
  if (!scope.imports.has(String(specifier))) return UNKNOWN;
  return member(scope.imports.get(String(specifier)), "default", scope.imports.get(String(specifier)));
}

/** `path.resolve(__dirname, "src")` and `path.join`, of which a config makes aliases. */
function pathCall(callee: AnyNode, values: readonly unknown[], { directory }: Scope): string | undefined {
  const name =
    callee.type === "Identifier"
      ? callee.name
      : callee.type === "MemberExpression" && callee.property.type === "Identifier"
        ? callee.property.name
        : "";
  if ((name !== "resolve" && name !== "join") || !values.every((value) => typeof value === "string")) return undefined;
  return name === "join" ? posix.join(...values) : posix.resolve(posix.join("/", directory), ...values);
}

function evaluateFunction(
  node: Extract<AnyNode, { type: "ArrowFunctionExpression" | "FunctionExpression" }>,
  scope: Scope,
): unknown {
  const [parameter] = node.params;
  const result = resultOf(node.body);
  if (result === undefined || node.params.length > 1 || node.async || node.generator) return UNKNOWN;
  return (given: unknown): unknown => {
    const constants = new Map(scope.constants);
    if (parameter !== undefined) bindGiven(parameter, given, constants as Map<string, { value: unknown }>);
    for (const { id, init } of result.declared) {
      if (id.type === "Identifier" && init)
        (constants as Map<string, { init: Expression; path: [] }>).set(id.name, { init, path: [] });
    }
    const value = evaluate(result.value, { ...scope, constants });
    return value === UNKNOWN ? {} : value;
  };
}

/** What a function gives back at its end, and the constants that it makes on the way; what it does besides is left out. */
function resultOf(
  body: AnyNode,
): { readonly value: AnyNode; readonly declared: readonly VariableDeclarator[] } | undefined {
  if (body.type !== "BlockStatement") return { value: body, declared: [] };
  const last = body.body.at(-1);
  const before = body.body.slice(0, -1);
  const isPlain = before.every(({ type }) => type === "ExpressionStatement" || type === "VariableDeclaration");
  if (last?.type !== "ReturnStatement" || !last.argument || !isPlain) return undefined;
  const declared = before.flatMap((statement) =>
    statement.type === "VariableDeclaration" ? statement.declarations : [],
  );
  return { value: last.argument, declared };
}

function bindGiven(pattern: Pattern, given: unknown, constants: Map<string, { value: unknown }>): void {
  const keep = (name: string, value: unknown): void => {
    constants.set(name, { value: typeof value === "function" ? callable(value) : value });
  };
  if (pattern.type === "Identifier") keep(pattern.name, given);
  if (pattern.type !== "ObjectPattern" || typeof given !== "object" || given === null) return;
  for (const property of pattern.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier" || property.value.type !== "Identifier")
      continue;
    keep(property.value.name, (given as Record<string, unknown>)[property.key.name]);
  }
}
