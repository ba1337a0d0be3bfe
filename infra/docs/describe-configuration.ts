import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "#dev/env.ts";
import { configuredApps, environmentFileOf, readVariables, type ConfiguredApp } from "#processes/app-variables.ts";

// Variables that several apps read stand in these; each app's own file goes before them.
const sharedFiles = [
  "packages/worker/src/env.ts",
  "packages/worker/src/ai/ai-variables.ts",
  "packages/doc-writer/src/models/ai-settings.ts",
  "packages/package-store/src/env.ts",
  "packages/platform/src/env.ts",
  "packages/platform/src/tier-overrides.ts",
].map((file) => path.join(repositoryRoot, file));

const commented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(?:export const \w+ = \{\s+)?(HIVESYNC_\w+):/g;

/** What the comments before variables say, by name. */
function commentsIn(source: string): Map<string, string> {
  const found = [...source.matchAll(commented)].map(([, comment = "", name = ""]) => {
    const text = comment.replaceAll(/\n\s*\* ?/g, " ").trim();
    return [name, text.replaceAll("|", "\\|")] as const;
  });
  return new Map(found);
}

async function readComments(app: ConfiguredApp): Promise<Map<string, string>> {
  const texts = await Promise.all([environmentFileOf(app), ...sharedFiles].map((file) => readFile(file, "utf8")));
  // The first file that speaks of a variable is heard.
  return new Map(texts.toReversed().flatMap((text) => [...commentsIn(text)]));
}

function show(value: unknown): string {
  const text = Array.isArray(value) ? value.join(",") : String(value);
  return text === "" ? "empty" : `\`${text.replace(`${repositoryRoot}/`, "")}\``;
}

/** What holds where a variable is absent. A table of objects is told in words. */
function describeDefault(schema: z.ZodType): string {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return "**required**";
  if (absent.data === undefined) return "–";
  const isTable = typeof absent.data === "object" && !Array.isArray(absent.data);
  return isTable ? "the table" : show(absent.data);
}

function describeChoices(schema: z.ZodType): string {
  const { enum: choices } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as { enum?: unknown[] };
  return choices ? ` One of ${choices.map((choice) => `\`${String(choice)}\``).join(", ")}.` : "";
}

interface Row {
  name: string;
  apps: ConfiguredApp[];
  line: string;
}

async function rowsOf(app: ConfiguredApp): Promise<Row[]> {
  const comments = await readComments(app);
  const { shape } = await readVariables(app);
  return Object.entries(shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const comment = comments.get(name);
    if (comment === undefined) throw new Error(`${name} has no comment that says what it is.`);
    const line = `| \`${name}\` | ${describeDefault(schema)} | ${comment}${describeChoices(schema)} |`;
    return { name, apps: [app], line };
  });
}

/** Rows that say the same of several apps, as one. */
function joinRows(rows: readonly Row[]): Row[] {
  const byLine = Map.groupBy(rows, ({ line }) => line);
  return [...byLine.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, apps: [first, ...others].flatMap(({ apps }) => apps) }] : [],
  );
}

const sections: readonly { title: string; apps: readonly ConfiguredApp[] }[] = [
  { title: "Every process", apps: configuredApps },
  { title: "The API", apps: ["api"] },
  { title: "Every worker", apps: ["worker-cpu", "worker-gpu"] },
  { title: "The API and CPU workers", apps: ["api", "worker-cpu"] },
  { title: "CPU workers", apps: ["worker-cpu"] },
  { title: "GPU workers", apps: ["worker-gpu"] },
];

/** docs/configuration.md, from the schemas of the apps' environments and the comments in them. */
export async function describeConfiguration(): Promise<string> {
  const rows = joinRows((await Promise.all(configuredApps.map(rowsOf))).flat());
  const tables = sections.flatMap(({ title, apps }) => {
    const own = rows.filter((row) => row.apps.join() === apps.join());
    if (own.length === 0) return [];
    const lines = own.map(({ line }) => line).toSorted();
    return [`## ${title}\n\n| variable | default | what it is |\n| --- | --- | --- |\n${lines.join("\n")}\n`];
  });
  return `# Configuration

Generated from the apps' \`env.ts\` by \`npx -y pnpm@12 docs:generate\`. Do not edit.

Every process reads its environment once, at its start, and does not start with a wrong one: it names all variables that are wrong at once. An empty
variable counts as absent. Flags are \`true\` or \`false\`. How the parts fit together stands in [operations.md](operations.md).

\`pnpm db:migrate\`, \`db:dump\` and \`db:restore\` read \`HIVESYNC_DATABASE_URL\` (the database's owner) and, for the roles to sign in by,
\`HIVESYNC_DATABASE_PASSWORD_API\`, \`_WORKER\` and \`_MAINTENANCE\`; \`pnpm storage:prepare\` reads the API's \`HIVESYNC_S3_…\`, \`HIVESYNC_PUBLIC_URL\` and
\`HIVESYNC_CORS_ORIGINS\`.

${tables.join("\n")}`;
}
