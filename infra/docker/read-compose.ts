import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { repositoryRoot } from "#dev/env.ts";

/** What we look at of a service of infra/compose.yaml. */
export interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  user?: string;
  read_only?: boolean;
  restart?: string;
  cap_drop?: string[];
  security_opt?: string[];
  ports?: string[];
  profiles?: string[];
  environment: Record<string, string>;
  volumes?: unknown[];
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
  deploy: { resources: { limits?: { cpus?: string; memory?: string } } };
}

export interface Compose {
  /** As it stands in the file, with `${…}` unfilled. */
  text: string;
  services: Record<string, Service>;
}

const folder = path.join(repositoryRoot, "infra");

/** The example of the environment file; `fill` gives the values that it leaves to its reader. */
export async function readExample(fill: (name: string) => string): Promise<Record<string, string>> {
  const text = await readFile(path.join(folder, "compose.env.example"), "utf8");
  const lines = text.split("\n").filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...rest] = line.split("=");
      return [name, rest.join("=") || fill(name)];
    }),
  );
}

const expression = /\$\{(\w+)(?::([?-])([^}]*))?\}/g;

/** The variables that the file takes from its environment, and whether it can do without. */
export function variablesIn(text: string): { name: string; isRequired: boolean }[] {
  return [...text.matchAll(expression)].map(([, name = "", mark]) => ({ name, isRequired: mark !== "-" }));
}

/** Every text in a value that came out of a file, changed. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}

/** Reads infra/compose.yaml as an engine does that is given these variables. @throws Error when one that it demands is missing */
export async function readCompose(given: Readonly<Record<string, string>>): Promise<Compose> {
  const text = await readFile(path.join(folder, "compose.yaml"), "utf8");
  const fillOne = (match: string): string => {
    const [, name = "", mark, otherwise = ""] = match.match(new RegExp(expression.source)) ?? [];
    const found = given[name];
    if (found !== undefined && found !== "") return found;
    if (mark === "-") return otherwise;
    throw new Error(`${name} is not set`);
  };
  const fill = (value: string): string => value.replaceAll(expression, fillOne);
  const { services } = mapTexts(parse(text, { merge: true }), fill) as { services: Compose["services"] };
  return { text, services };
}
