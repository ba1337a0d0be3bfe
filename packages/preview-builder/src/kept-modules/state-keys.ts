import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { ManifestFile } from "#build-result.ts";
import { BUILDER_VERSION } from "#builder-version.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";

/** Rises with every change of what is kept. */
const VERSION = 2;
/** Files that tools read their settings from, which may be looked at while any module is made. */
const CONFIG =
  /^\.|\.config\.|^[jt]sconfig\b.*\.json$|[.-]lock(?:b$|[.-]|$)|^(?:package|npm-shrinkwrap|app)\.json$|^pnpm-workspace\.yaml$|^hivesync\.env$/i;

/** Of all that decides what is made of a file besides the file, and where its imports lead besides the paths. */
export function configKeyOf(plugin: PluginContext, manifest: readonly ManifestFile[]): string {
  const { mode, platform, settings, kind, frameworks, packageJson, tsConfig, aliases, roots, workspaces } = plugin;
  const configs = manifest.filter(({ path }) => CONFIG.test(posix.basename(path)));
  const files = configs.map(({ path, sha256 }) => `${path}\0${sha256}`).sort();
  const facts = {
    mode,
    platform,
    settings,
    kind,
    frameworks,
    packageJson,
    tsConfig,
    aliases,
    roots,
    workspaces,
    files,
  };
  return hashOf(`${VERSION}\0${BUILDER_VERSION}\0${JSON.stringify(facts, withMaps)}`);
}

export function pathsKeyOf(paths: readonly string[]): string {
  return hashOf(paths.join("\0"));
}

/** Maps and sets have no JSON of their own. */
function withMaps(_key: string, value: unknown): unknown {
  if (value instanceof Map) return ["map", ...value];
  if (value instanceof RegExp) return String(value);
  return value instanceof Set ? ["set", ...value] : value;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
