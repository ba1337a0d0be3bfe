import path from "node:path/posix";

/** The most neighbours of one file. */
const mostNeighbours = 20;

// Only what names another file of the project: a package has its own documentation.
const relativeImport =
  /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|@import\s+(?:url\(\s*)?|@use\s+)["'](\.{1,2}\/[^"'\n]{1,1000})["']/gu;

const extensions = [
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".mts",
  ".cts",
  ".json",
  ".css",
  ".scss",
  ".vue",
  ".svelte",
];

// TypeScript imports `./a.js` where `a.ts` lies.
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".jsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** The relative addresses that a source imports, in their order. */
function findImports(text: string): string[] {
  return [...text.matchAll(relativeImport)].flatMap((match) => match[1] ?? []);
}

/** The paths that an import may mean, the likeliest first. */
function candidatesOf(target: string): string[] {
  const extension = path.extname(target);
  const bare = target.slice(0, target.length - extension.length);
  return [
    target,
    ...(sourcesOf[extension] ?? []).map((other) => bare + other),
    ...extensions.map((added) => target + added),
    ...extensions.map((added) => `${target}/index${added}`),
  ];
}

/** `Button` of `src/Button.test.tsx`. */
function baseOf(file: string): string {
  const [base = ""] = path.basename(file).split(".", 1);
  return base;
}

/**
 * The files that one is read best with: what it imports by a relative path, then what lies beside it under the same base name (its styles, its
 * test). At most 20, and only files of the list.
 *
 * @example
 * findNeighbours({ file: "src/Button.tsx", text: 'import { theme } from "./theme";', files: ["src/theme.ts", "src/Button.test.tsx"] });
 * // ["src/theme.ts", "src/Button.test.tsx"]
 */
export function findNeighbours(of: { file: string; text: string; files: readonly string[] }): string[] {
  const { file, text, files } = of;
  const known = new Set(files);
  const folder = path.dirname(file);
  const imported = findImports(text).flatMap((address) => {
    const [plain = ""] = address.split(/[?#]/u, 1);
    const found = candidatesOf(path.join(folder, plain)).find((candidate) => known.has(candidate));
    return found ?? [];
  });
  const base = baseOf(file);
  const beside = base === "" ? [] : files.filter((other) => path.dirname(other) === folder && baseOf(other) === base);
  const neighbours = new Set([...imported, ...beside]);
  neighbours.delete(file);
  return [...neighbours].slice(0, mostNeighbours);
}
