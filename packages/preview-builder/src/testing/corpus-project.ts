import { readFile, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { PreviewPlatform } from "#build-result.ts";

const expectFile = "expect.json";
const root = fileURLToPath(new URL("../../corpus", import.meta.url));

/** What a project of the corpus must show: what its `expect.json` holds. */
export interface Expectation {
  /** What the project is, as the build's manifest says. */
  readonly kind: string;
  /** Each is seen on the page. */
  readonly text: readonly string[];
  readonly platform: PreviewPlatform;
  /** Packages of the registry that it needs; each is one of our own dependencies, and its version is what is installed here. */
  readonly packages: readonly string[];
  /** Clicked one after the other: names of buttons, links, tabs and boxes, or texts. */
  readonly click: readonly string[];
  /** Each is seen after the clicks. */
  readonly clicked: readonly string[];
  /** Parts of the warnings that the build must tell; it may tell no other. */
  readonly warnings: readonly string[];
  /** Parts of the errors that the page must tell the viewer; it may print no other. */
  readonly errors: readonly string[];
}

const defaults: Expectation = {
  kind: "",
  text: [],
  platform: "web",
  packages: [],
  click: [],
  clicked: [],
  warnings: [],
  errors: [],
};

/** A small real project of `corpus/`. */
export interface CorpusProject {
  readonly name: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly expected: Expectation;
}

/** The names of all projects of the corpus. */
export async function corpusNames(): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Reads a project of the corpus: all of its files but `expect.json`, which is what it must show. */
export async function readCorpusProject(name: string): Promise<CorpusProject> {
  const folder = join(root, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const rows = paths.map(async (path) => [relative(folder, path).split(sep).join("/"), await readFile(path)] as const);
  const { [expectFile]: expected, ...files } = Object.fromEntries(await Promise.all(rows));
  if (expected === undefined) throw new Error(`corpus/${name} has no ${expectFile}`);
  return { name, files, expected: readExpectation(name, expected.toString()) };
}

function readExpectation(name: string, text: string): Expectation {
  const given = JSON.parse(text) as Partial<Expectation>;
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(defaults, key));
  const expected = { ...defaults, ...given };
  // A project without these would pass whatever it shows.
  if (unknown.length > 0 || expected.kind === "" || expected.text.length === 0)
    throw new Error(`corpus/${name}/${expectFile} needs kind and text, and may not hold: ${unknown.join(", ")}`);
  return expected;
}
