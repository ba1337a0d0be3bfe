import { posix } from "node:path";
import { readConfig } from "#configs/read-config.ts";
import { asRecord } from "#project/package-json.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** Options of the compiler that a project's config may set. Those that are functions, or that a preview decides, are left out. */
const TAKEN = [
  "runes",
  "accessors",
  "immutable",
  "preserveWhitespace",
  "preserveComments",
  "customElement",
  "experimental",
];
const ENDINGS = [".js", ".ts", ".mjs", ".cjs"];

/** What svelte.config.js says to the compiler, read as data. */
export function svelteOptions(context: TransformContext): Promise<Readonly<Record<string, unknown>>> {
  return context.once("svelte-options", async () => {
    const stem = posix.join(posix.dirname(context.packageJson.path), "svelte.config");
    const path = ENDINGS.map((ending) => stem + ending).find((each) => context.files.has(each));
    if (path === undefined) return {};
    const { value } = await readConfig(path, { files: context.files, moduleOf: () => Promise.resolve(undefined) });
    const options = asRecord(asRecord(value)["compilerOptions"]);
    return Object.fromEntries(Object.entries(options).filter(([name]) => TAKEN.includes(name)));
  });
}
