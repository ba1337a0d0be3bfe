import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

// Which of our packages each part may import. Apps may import every package; nothing imports an app.
const allowed: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  db: ["contracts"],
  platform: ["contracts"],
  sdk: ["contracts"],
  "package-store": ["contracts", "platform"],
  "preview-builder": ["contracts", "platform", "package-store"],
  "doc-writer": ["contracts", "platform"],
  "git-mirror": ["contracts", "platform"],
  chromium: [],
  worker: ["contracts", "db", "platform", "package-store", "preview-builder", "doc-writer", "chromium"],
  "dev-services": [],
  testing: ["db", "platform", "dev-services", "chromium"],
};

// A test of a fault starts a service of its own beside the shared ones.
const forTests = ["testing", "dev-services"];

const anyPackage = Object.keys(allowed);

interface Part {
  name: string;
  folder: string;
  allowed: readonly string[];
}

async function partsIn(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function sourcesIn(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|tsx|js)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/[/\\](node_modules|dist|corpus)[/\\]/.test(file));
}

const importOfOurs = /(?:from|import|import\()\s*"@hivesync\/([\w-]+)(?:\/[^"]*)?"/g;

async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(importOfOurs)].flatMap((match) => match[1] ?? []);
}

const isTest = (file: string): boolean => /\.test\.tsx?$|[/\\]testing[/\\]/.test(file);

const parts: Part[] = [
  ...(await partsIn("packages")).map((name) => ({ name, folder: `packages/${name}`, allowed: allowed[name] ?? [] })),
  ...(await partsIn("apps")).map((name) => ({ name, folder: `apps/${name}`, allowed: anyPackage })),
  { name: "infra", folder: "infra", allowed: anyPackage },
  // What a plugin's author may use, and no more.
  { name: "vscode-plugin", folder: "examples/vscode-plugin", allowed: ["sdk"] },
];

describe("arrows between packages", () => {
  test("every package has a row in the table of arrows", async () => {
    expect(await partsIn("packages")).toEqual(expect.arrayContaining(anyPackage));
    expect((await partsIn("packages")).toSorted()).toEqual(anyPackage.toSorted());
  });

  test.each(parts)("$name imports only what its arrows allow", async (part) => {
    const wrong: string[] = [];
    for (const file of await sourcesIn(part.folder)) {
      const mayImport = new Set([...part.allowed, ...(isTest(file) ? forTests : [])]);
      for (const imported of await importsOf(file)) {
        if (!mayImport.has(imported)) wrong.push(`${path.relative(root, file)} imports @hivesync/${imported}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("no source reaches into another part by a relative path", async () => {
    const wrong: string[] = [];
    for (const part of parts) {
      for (const file of await sourcesIn(part.folder)) {
        const text = await readFile(file, "utf8");
        for (const match of text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)) {
          const target = path.relative(path.join(root, part.folder), path.resolve(path.dirname(file), match[1] ?? "."));
          if (target.startsWith("..")) wrong.push(`${path.relative(root, file)} imports ${match[1] ?? ""}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
