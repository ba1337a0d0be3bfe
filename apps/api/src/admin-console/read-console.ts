import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A file of the console, in every coding that it was built in. */
export interface ConsoleFile {
  type: string;
  etag: string;
  /** Its name holds its hash: what it says never changes. */
  isImmutable: boolean;
  plain: Buffer;
  codings: Partial<Record<"br" | "gzip", Buffer>>;
}

/** The console as it was built. */
export interface BuiltConsole {
  /** The page, with a placeholder where each answer's nonce goes. */
  html: string;
  /** By their path below `/admin/`. */
  files: ReadonlyMap<string, ConsoleFile>;
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

async function readFileOf(directory: string, name: string, names: ReadonlySet<string>): Promise<ConsoleFile> {
  const read = (file: string): Promise<Buffer> => readFile(path.join(directory, file));
  const plain = await read(name);
  return {
    type: types[path.extname(name)] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    isImmutable: name.startsWith("assets/"),
    plain,
    codings: {
      ...(names.has(`${name}.br`) && { br: await read(`${name}.br`) }),
      ...(names.has(`${name}.gz`) && { gzip: await read(`${name}.gz`) }),
    },
  };
}

/** Reads the whole folder, a megabyte or two: what is asked for is then looked up by its name and no path is made of what a caller wrote. */
export async function readConsole(directory: string): Promise<BuiltConsole> {
  const html = await readFile(path.join(directory, "index.html"), "utf8");
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const names = new Set(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/")),
  );
  const served = [...names].filter((name) => types[path.extname(name)] !== undefined);
  const files = await Promise.all(
    served.map(async (name) => [name, await readFileOf(directory, name, names)] as const),
  );
  return { html, files: new Map(files) };
}
