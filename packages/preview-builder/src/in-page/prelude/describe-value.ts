const mostItems = 20;
const deepest = 2;
const longestText = 2_000;

/** A value as a line of a console: short, whatever it is, and without running more of it than its getters. */
export function describeValue(value: unknown, depth = 0): string {
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value.slice(0, longestText));
  if (typeof value === "function") return `ƒ ${value.name}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Element) return describeElement(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (Array.isArray(value)) return describeItems("", value, depth);
  if (value instanceof Map || value instanceof Set)
    return describeItems(`${value.constructor.name} `, [...value], depth);
  return describeObject(value, depth);
}

function describeError(error: Error, depth: number): string {
  // Chromium's stacks begin with the message, those of others do not.
  const stack = error.stack ?? "";
  const said = `${error.name}: ${error.message}`;
  if (depth > 0 || stack === "") return said;
  return stack.includes(error.message) ? stack : `${said}\n${stack}`;
}

function describeElement(element: Element): string {
  const id = element.id === "" ? "" : `#${element.id}`;
  const classes = [...element.classList].map((name) => `.${name}`).join("");
  return `<${element.localName}${id}${classes}>`;
}

function describeItems(prefix: string, items: readonly unknown[], depth: number): string {
  if (depth >= deepest) return `${prefix}[… ${items.length}]`;
  const shown = items.slice(0, mostItems).map((item) => describeValue(item, depth + 1));
  return `${prefix}[${[...shown, ...(items.length > mostItems ? ["…"] : [])].join(", ")}]`;
}

function describeObject(value: object, depth: number): string {
  const name = value.constructor?.name;
  const prefix = name === undefined || name === "Object" ? "" : `${name} `;
  if (depth >= deepest) return `${prefix}{…}`;
  const keys = Object.keys(value);
  const shown = keys.slice(0, mostItems).map((key) => `${key}: ${describeField(value, key, depth)}`);
  return `${prefix}{ ${[...shown, ...(keys.length > mostItems ? ["…"] : [])].join(", ")} }`;
}

function describeField(value: object, key: string, depth: number): string {
  try {
    return describeValue(Reflect.get(value, key), depth + 1);
  } catch {
    return "(throws)";
  }
}

/** The arguments of a console's method as one text, with `%s` and its like filled in. */
export function describeArguments(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== "string" || !first.includes("%")) return join(values);
  const filled = first.replaceAll(/%([sdifoOc%])/g, (whole, kind: string) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return whole;
    const value = rest.shift();
    return kind === "c" ? "" : describeValue(value);
  });
  return join([filled, ...rest]);
}

function join(values: readonly unknown[]): string {
  return values.map((value) => describeValue(value)).join(" ");
}
