import type { PartialMessage } from "esbuild";
import { readConfig } from "#configs/read-config.ts";
import { messageAt } from "#styles/style-fault.ts";
import { knownModule } from "#styles/tailwind/known-modules.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** What of a config Tailwind gets. Others of its keys name files, or are for its command line. */
const KEYS = [
  "theme",
  "plugins",
  "darkMode",
  "prefix",
  "important",
  "separator",
  "corePlugins",
  "safelist",
  "blocklist",
  "presets",
];
const NAMES = ["js", "cjs", "mjs", "ts", "cts", "mts"].map((ending) => `tailwind.config.${ending}`);

export interface TailwindConfig {
  readonly config: Readonly<Record<string, unknown>>;
  readonly warnings: readonly PartialMessage[];
}

/** The config that lies nearest above a stylesheet. */
export function findTailwindConfig({ files }: TransformContext, path: string): string | undefined {
  const folders = path.split("/").slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const found = NAMES.map((name) => [...folders.slice(0, depth), name].join("/")).find((each) => files.has(each));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads a config as data. What cannot be known is left out, and told of once. */
export function readTailwindConfig(path: string, version: 3 | 4, context: TransformContext): Promise<TailwindConfig> {
  return context.once(`tailwind-config:${version}:${path}`, async () => {
    const reading = { files: context.files, moduleOf: (name: string) => knownModule(name, version) };
    const { value, rows } = await readConfig(path, reading);
    const warnings = rows
      // Every source is looked through, whatever the config says of it.
      .filter(({ line_text: line }) => !/^\s*content\s*:/.test(line ?? ""))
      .map(({ file, line, column, text, line_text: lineText }) =>
        messageAt(
          {
            path: file ?? path,
            text: "\n".repeat((line ?? 1) - 1) + (lineText ?? ""),
            line: line ?? 1,
            column: (column ?? 1) - 1,
          },
          text,
        ),
      );
    return { config: cleanedConfig(value), warnings };
  });
}

/** What of a config Tailwind gets. */
export function cleanedConfig(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return {};
  const rows = Object.entries(value).filter(([key]) => KEYS.includes(key));
  const config = Object.fromEntries(rows);
  if (Array.isArray(config["plugins"])) config["plugins"] = config["plugins"].filter(Boolean);
  if (Array.isArray(config["presets"])) {
    const presets = config["presets"].map(cleanedConfig);
    config["presets"] = presets.length === 0 ? undefined : presets;
  }
  return config;
}
