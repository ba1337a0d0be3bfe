import { posix } from "node:path";
import type { ReportRow } from "#build-result.ts";
import { readConfig } from "#configs/read-config.ts";
import { asRecord } from "#project/package-json.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { reportRow } from "#report/report-rows.ts";

const NAMES = [
  "postcss.config.js",
  "postcss.config.cjs",
  "postcss.config.mjs",
  "postcss.config.ts",
  ".postcssrc",
  ".postcssrc.json",
  ".postcssrc.js",
];
/** What previews do anyway, or what browsers of today have no need of. */
const DONE_ANYWAY =
  /^(?:tailwindcss(?:\/nesting)?|@tailwindcss\/(?:postcss|nesting)|autoprefixer|cssnano|postcss-(?:import|nested|nesting|preset-env|flexbugs-fixes|url|reporter|discard-comments|custom-properties|normalize))$/;

/** No plugin of PostCSS is run: tells which of a project's are left out. */
export async function postcssPluginWarnings(files: ProjectFiles, packageJson: PackageJson): Promise<ReportRow[]> {
  const home = posix.dirname(packageJson.path);
  const path = NAMES.map((name) => posix.join(home, name)).find((each) => files.has(each));
  if (path === undefined) return [];
  const text = await files.text(path);
  const names = await pluginNames(files, path, text);
  return names
    .filter((name) => !DONE_ANYWAY.test(name))
    .map((name) => {
      const lines = text.split("\n");
      const line = lines.findIndex((each) => each.includes(name));
      const lineText = lines[line] ?? null;
      const place = { file: path, line: line + 1, column: (lineText?.indexOf(name) ?? 0) + 1, lineText };
      return reportRow(`The PostCSS plugin "${name}" is left out: a build runs none of a project's plugins.`, place);
    });
}

async function pluginNames(files: ProjectFiles, path: string, text: string): Promise<string[]> {
  if (/(?:rc|\.json)$/.test(path)) {
    try {
      return namesIn(asRecord(JSON.parse(text))["plugins"]);
    } catch (error) {
      // It may be YAML: then nobody is told what is left out.
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  }
  const named: string[] = [];
  const moduleOf = (specifier: string) => {
    named.push(specifier);
    return Promise.resolve(undefined);
  };
  const { value } = await readConfig(path, { files, moduleOf });
  return [
    ...new Set([...namesIn(asRecord(value)["plugins"]), ...named.filter((name) => !/^(?:node:|path$|fs$)/.test(name))]),
  ];
}

function namesIn(plugins: unknown): string[] {
  if (Array.isArray(plugins)) return plugins.flat().filter((name) => typeof name === "string");
  return Object.entries(asRecord(plugins)).flatMap(([name, options]) => (options === false ? [] : [name]));
}
