import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { PackedSdk } from "./pack-sdk.ts";
import { run } from "./run.ts";

const require = createRequire(import.meta.url);

/** What is wrong with a packed package, in words; nothing when it can be published. */
export async function checkPackage(sdk: PackedSdk): Promise<string[]> {
  return [...(await lint(sdk)), ...(await checkTypes(sdk)), ...(await findForeignImports(sdk))];
}

/** Whether its package.json fits what it holds. */
async function lint({ folder }: PackedSdk): Promise<string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** Whether its types are found however they are looked for. There are ES modules alone: Node 22 requires these too. */
async function checkTypes({ tarball }: PackedSdk): Promise<string[]> {
  const attw = path.join(path.dirname(require.resolve("@arethetypeswrong/cli/package.json")), "dist", "index.js");
  try {
    await run([process.execPath, attw, tarball, "--profile", "esm-only", "--no-emoji"], path.dirname(tarball));
    return [];
  } catch (error) {
    return [`attw: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const importedName = /\b(?:from|import)\s*\(?\s*["']([^"'.][^"']*)["']/gu;

/** Imports of what its package.json does not name: those of the workspace above all. */
async function findForeignImports({ folder }: PackedSdk): Promise<string[]> {
  const { dependencies } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const known = Object.keys(dependencies);
  const isKnown = (name: string): boolean =>
    name.startsWith("node:") || known.some((one) => name === one || name.startsWith(`${one}/`));
  const wrong: string[] = [];
  for (const file of await readdir(path.join(folder, "dist"))) {
    // A comment shows imports of the package itself.
    const text = (await readFile(path.join(folder, "dist", file), "utf8")).replaceAll(/\/\*\*[\s\S]*?\*\//gu, "");
    const names = new Set(Array.from(text.matchAll(importedName), ([, name = ""]) => name));
    wrong.push(...[...names].filter((name) => !isKnown(name)).map((name) => `${file} imports ${name}`));
  }
  for (const [name, range] of Object.entries(dependencies)) {
    if (/^(?:workspace|catalog|file|link):/u.test(range)) wrong.push(`package.json asks for ${name} as ${range}`);
  }
  return wrong;
}
