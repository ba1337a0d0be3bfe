import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Every module that loading one leads to, by what its imports (but for those of types alone) name. */
async function modulesFrom(file: string, found = new Map<string, string[]>()): Promise<Map<string, string[]>> {
  if (found.has(file)) return found;
  const source = await readFile(file, "utf8");
  const imports = source.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gmu);
  const names = Array.from(imports, ([, fixed, dynamic]) => fixed ?? dynamic ?? "");
  found.set(file, names);
  for (const name of names) {
    if (name.startsWith("#")) await modulesFrom(fileURLToPath(new URL(name.slice(1), import.meta.url)), found);
    else if (name.startsWith(".")) await modulesFrom(fileURLToPath(new URL(name, `file://${file}`)), found);
    else if (name.startsWith("@hivesync/")) await modulesFrom(fileURLToPath(import.meta.resolve(name)), found);
  }
  return found;
}

const indexFile = fileURLToPath(new URL("index.ts", import.meta.url));
const nodeIndexFile = fileURLToPath(new URL("node/index.ts", import.meta.url));

it("Importing the core leads to no module of Node, so that it runs in browsers and editors' web workers", async () => {
  const core = await modulesFrom(indexFile);
  expect(core.size).toBeGreaterThan(15);
  const packages = [...new Set([...core.values()].flat().filter((name) => !/^[#.]|^@hivesync\//u.test(name)))];
  expect(packages.sort()).toEqual(["@trpc/client", "eventsource-parser/stream", "zod", "zod/v4/core"]);
  const node = await modulesFrom(nodeIndexFile);
  expect([...node.values()].flat()).toContain("node:crypto");
});
