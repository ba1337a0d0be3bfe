import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";

const execute = promisify(execFile);

/** What a language's own tool says about a file before and after. */
export interface NativeVerdict {
  tool: string;
  /** `absent`: this machine has no such tool. `unread`: it does not take the file as it was. */
  result: "same" | "changed" | "absent" | "unread";
}

interface NativeParser {
  tool: string;
  extensions: readonly string[];
  /** Says what the code is, comments aside; throws when it is not taken. */
  read: (file: string, folder: string) => Promise<string>;
}

const options = { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await execute(command, [...args], { ...options, cwd });
  return stdout;
}

const pythonTree = `
import ast, sys
tree = ast.parse(open(sys.argv[1], "rb").read())
for node in ast.walk(tree):
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node, False) is not None:
        node.body = node.body[1:]
print(ast.dump(tree))
`;

async function javaClasses(file: string, folder: string): Promise<string> {
  const output = path.join(folder, "classes");
  await run(
    "javac",
    ["-encoding", "UTF-8", "-proc:none", "-g:none", "-nowarn", "-d", output, path.basename(file)],
    folder,
  );
  const names = (await readdir(output, { recursive: true })).filter((name) => name.endsWith(".class")).toSorted();
  const classes = await Promise.all(names.map((name) => readFile(path.join(output, name), "base64")));
  return JSON.stringify([names, classes]);
}

/** The program without types, comments and blanks. */
async function bareScript(file: string): Promise<string> {
  const loader = /\.[cm]?ts$/.test(file) ? "ts" : file.endsWith("x") ? "tsx" : "js";
  const settings = { loader, minifyWhitespace: true, legalComments: "none", target: "esnext" } as const;
  const { code } = await transform(await readFile(file, "utf8"), settings);
  return code;
}

const assembly =
  (command: string, language: string): NativeParser["read"] =>
  (file, folder) =>
    run(command, ["-x", language, "-S", "-g0", "-O1", "-o", "-", path.basename(file)], folder);

const accepted =
  (command: string, ...args: readonly string[]): NativeParser["read"] =>
  async (file, folder) => {
    await run(command, [...args, path.basename(file)], folder);
    return "accepted";
  };

/** Tools in the order of the brief's languages. Where one can show what the code compiles to, that is compared; others only accept or refuse. */
const parsers: readonly NativeParser[] = [
  { tool: "esbuild", extensions: ["ts", "tsx", "js", "mjs"], read: bareScript },
  {
    tool: "python3",
    extensions: ["py"],
    read: (file, folder) => run("python3", ["-I", "-c", pythonTree, path.basename(file)], folder),
  },
  { tool: "gofmt", extensions: ["go"], read: accepted("gofmt", "-e") },
  {
    tool: "rustc",
    extensions: ["rs"],
    read: accepted("rustc", "--edition", "2021", "--crate-type", "lib", "--emit", "metadata", "-A", "warnings"),
  },
  { tool: "javac", extensions: ["java"], read: javaClasses },
  { tool: "gcc", extensions: ["c", "h"], read: assembly("gcc", "c") },
  { tool: "g++", extensions: ["cpp", "hpp"], read: assembly("g++", "c++") },
  { tool: "ruby", extensions: ["rb"], read: accepted("ruby", "-c") },
  { tool: "php", extensions: ["php"], read: accepted("php", "-l") },
];

async function isPresent(tool: string): Promise<boolean> {
  if (tool === "esbuild") return true;
  try {
    await execute(tool, [tool === "gofmt" ? "-h" : "--version"], options);
    return true;
  } catch (error) {
    return tool === "gofmt" && !(error instanceof Error && "code" in error && error.code === "ENOENT");
  }
}

const known = new Map<string, Promise<boolean>>();

function present(tool: string): Promise<boolean> {
  const found = known.get(tool) ?? isPresent(tool);
  known.set(tool, found);
  return found;
}

async function readText(parser: NativeParser, name: string, text: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "doc-writer-native-"));
  try {
    await mkdir(path.join(folder, "classes"));
    const file = path.join(folder, name);
    await writeFile(file, text);
    return await parser.read(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Asks a language's own tool, where the machine has it, whether two texts are the same code. */
export async function askNativeParser(file: string, before: string, after: string): Promise<NativeVerdict> {
  const name = path.basename(file);
  const parser = parsers.find(({ extensions }) => extensions.includes(name.split(".").at(-1) ?? ""));
  if (parser === undefined) return { tool: "none", result: "absent" };
  const { tool } = parser;
  if (!(await present(tool))) return { tool, result: "absent" };
  let first: string;
  try {
    first = await readText(parser, name, before);
  } catch {
    return { tool, result: "unread" };
  }
  try {
    return { tool, result: (await readText(parser, name, after)) === first ? "same" : "changed" };
  } catch {
    return { tool, result: "changed" };
  }
}
