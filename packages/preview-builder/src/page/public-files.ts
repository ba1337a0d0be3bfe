import { posix } from "node:path";
import type { ReportRow } from "#build-result.ts";
import type { ResolveContext } from "#bundle/resolve-import.ts";
import { contentTypeOf, isAsset, toDataUrl } from "#bundle/media-types.ts";
import { reportRow } from "#report/report-rows.ts";
import { isBuildOutput } from "#project/start-paths.ts";

/** Files that code of the page asks for by their addresses, and that are put into it. */
export interface PublicFiles {
  /** By the path of the address. */
  readonly files: Readonly<Record<string, string>>;
  readonly warnings: readonly ReportRow[];
}

/** What a page would hold of them at most. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Of files that no address names outright: what a folder or a pattern stands for. */
const MAX_GUESSED = 200;
/** What the bundler says of where code came from. */
const SAID_BY_BUNDLER = /^[ \t]*\/\/ .*$|"?\bvfs[\w-]{0,12}:[^"\s]+"?/gm;
/** What an address is made of; a script may hold megabytes of such characters in a row, which are none. */
const TOKEN = /[\w@%.~+\-/]+/g;
const MAX_ADDRESS_CHARACTERS = 300;
/** `/img/${name}.png`, and `"/img/" +`. */
const TEMPLATE = /`([^`\n\\]{0,200}\$\{[^`\n\\]{0,200})`/g;
const FOLDER = /["'`](\.{0,2}\/?(?:[\w@.~+-]+\/)+)["'`]/g;
const MAX_TEMPLATES = 100;
/** Beside a plain page only what a page asks a server for. */
const ASKED_FOR =
  /\.(?:json|txt|csv|tsv|md|xml|html?|css|js|mjs|geojson|topojson|glb|bin|srt|obj|mtl|stl|atlas|fnt|wasm)$/i;
const NOT_ASKED_FOR =
  /(?:^|\/)(?:node_modules\/|\.)|(?:^|\/)(?:package(?:-lock)?|[jt]sconfig[\w.]*|app)\.json$|\.config\.\w+$/;

type Context = Pick<ResolveContext, "files" | "roots" | "address">;

/** What code asks the page's own server for. */
export interface AskedFiles {
  /** Addresses, and the files that they mean. */
  readonly found: readonly (readonly [address: string, path: string])[];
  /** Folders that addresses begin with. */
  readonly folders: readonly string[];
  /** Templates that surely are addresses, as they are written. */
  readonly templates: readonly string[];
}

/** Finds in code what it asks for: by a whole address, by one with a name put in, or by the folder that an address begins with. */
export function askedFiles(text: string, context: Context): AskedFiles {
  const code = text.replaceAll(SAID_BY_BUNDLER, "");
  const found = new Map<string, string>();
  for (const token of tokensOf(code, context)) {
    const file = publicFileAt(context, token);
    if (file !== undefined) found.set(file.address, file.path);
  }
  const folders = code.matchAll(FOLDER).map(([, folder = ""]) => fromPage(context, folder));
  const templates = code.matchAll(TEMPLATE).map(([, written = ""]) => written);
  return {
    found: [...found],
    folders: [...new Set(folders)],
    templates: [...new Set(templates)].filter((written) => templatePattern(context, written).length > 0),
  };
}

/**
 * Finds the project's files that code asks the page's own server for.
 *
 * @param named addresses that are known to be asked for.
 */
export async function findPublicFiles(
  asked: readonly AskedFiles[],
  named: readonly string[],
  context: Context,
): Promise<PublicFiles> {
  const byAddress = new Map<string, string>();
  for (const { address, path } of named.flatMap((each) => publicFileAt(context, each) ?? []))
    byAddress.set(address, path);
  for (const [address, path] of asked.flatMap(({ found }) => found)) byAddress.set(address, path);
  for (const [address, path] of guessed(asked, context).slice(0, MAX_GUESSED)) byAddress.set(address, path);
  return read(
    [...byAddress].sort(([a], [b]) => (a < b ? -1 : 1)),
    context,
  );
}

/** What of the code ends as one of the project's files does. */
function tokensOf(code: string, { files }: Context): ReadonlySet<string> {
  const names = namesOf(files.paths);
  const found = new Set<string>();
  for (const [token] of code.matchAll(TOKEN)) {
    if (token.length > MAX_ADDRESS_CHARACTERS || !token.includes(".")) continue;
    const name = token.slice(token.lastIndexOf("/") + 1);
    if (names.has(name) || name.includes("%")) found.add(token);
  }
  return found;
}

const namesByPaths = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The names of all files without their folders. Found out once, as code is looked through piece by piece. */
function namesOf(paths: readonly string[]): ReadonlySet<string> {
  const names = namesByPaths.get(paths) ?? new Set(paths.map((path) => posix.basename(path)));
  namesByPaths.set(paths, names);
  return names;
}

async function read(rows: readonly (readonly [string, string])[], { files }: Context): Promise<PublicFiles> {
  const found: Record<string, string> = {};
  const warnings: ReportRow[] = [];
  let left = MAX_BYTES;
  for (const [address, path] of rows) {
    const size = files.size(path);
    if (size > left) {
      const text = `"${address}" is left out of the preview: with its ${size} bytes there would be more than ${MAX_BYTES} bytes of such files in the page.`;
      warnings.push(reportRow(text));
      continue;
    }
    left -= size;
    found[address] = toDataUrl(path, await files.bytes(path));
  }
  return { files: found, warnings };
}

/** The path of an address as the page means it, relative to its own. */
function fromPage({ address = "/" }: Context, written: string): string {
  return written.startsWith("/") ? posix.join("/", written) : posix.join("/", address.replace(/[^/]*$/, ""), written);
}

function addressOf(context: Context, token: string): string | undefined {
  // A part of an address with a host, or of a number.
  if (token.startsWith("//") || token.includes("//")) return undefined;
  try {
    return fromPage(context, decodeURIComponent(token));
  } catch {
    return undefined;
  }
}

/** The file that code means by an address, and the path of the address. */
export function publicFileAt(
  context: Context,
  written: string,
): { readonly address: string; readonly path: string } | undefined {
  const address = addressOf(context, written.replace(/[?#].*$/, ""));
  const path = address === undefined ? undefined : fileAt(context, address);
  return address === undefined || path === undefined ? undefined : { address, path };
}

/** The file that the project's own server would give: of a public folder, or beside the code. */
function fileAt(context: Context, address: string): string | undefined {
  const { files, roots } = context;
  const inPublic = roots.map((root) => posix.join(root, "public", address));
  const isServed = isPlain(context) ? isAskedFor : isShown;
  const beside = roots.map((root) => posix.join(root, address)).filter(isServed);
  return [...inPublic, ...beside].find((path) => files.has(path));
}

/** True of a page without tools: whatever lies beside it is what its server gives. */
function isPlain({ files, roots }: Context): boolean {
  return !roots.some((root) => files.has(posix.join(root, "package.json")));
}

function isAskedFor(path: string): boolean {
  const isServed = isAsset(path) || ASKED_FOR.test(path);
  return isServed && !NOT_ASKED_FOR.test(path) && !isBuildOutput(path);
}

/** What a project has beside its code may be of its server or its tools: only what is seen or heard is the page's for sure. */
function isShown(path: string): boolean {
  return (isAsset(path) || path.endsWith(".css")) && isAskedFor(path);
}

/**
 * Files of the folders that serve addresses, where code puts addresses together. A folder's name is a word like any other, so
 * beside the code it stands for nothing, and beside a plain page for no data.
 */
function guessed(asked: readonly AskedFiles[], context: Context): [string, string][] {
  const { files, roots } = context;
  const folders = new Set(asked.flatMap((each) => each.folders));
  const written = asked.flatMap((each) => each.templates);
  const templates = [...new Set(written)].flatMap((each) => templatePattern(context, each)).slice(0, MAX_TEMPLATES);
  if (folders.size === 0 && templates.length === 0) return [];
  const isMeant = (address: string): boolean =>
    foldersAbove(address).some((folder) => folders.has(folder)) ||
    templates.some((template) => isMadeBy(template, address));
  const shared = roots.map((root) => ({ base: posix.join(root, "public"), isServed: isAskedFor }));
  const beside = roots.map((root) => ({ base: root, isServed: (path: string) => isAsset(path) && isAskedFor(path) }));
  return [...shared, ...(isPlain(context) ? beside : [])].flatMap(({ base, isServed }) => {
    const start = base === "." ? "" : `${base}/`;
    return files.paths.flatMap((path): [string, string][] => {
      if (!path.startsWith(start) || contentTypeOf(path) === undefined || !isServed(path)) return [];
      const address = `/${path.slice(start.length)}`;
      return isMeant(address) ? [[address, path]] : [];
    });
  });
}

/** `/img/` and `/img/small/` of `/img/small/a.png`. */
function foldersAbove(address: string): string[] {
  const names = address.split("/").slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join("/")}/`);
}

/** What stands around the gaps in each name of an address. */
type TemplatePattern = readonly (readonly string[])[];

/** Only of templates that surely are addresses: with an ending, and few names put in. */
function templatePattern(context: Context, written: string): TemplatePattern[] {
  const pattern = written
    .replaceAll(/\$\{[^}]*\}/g, "*")
    .replaceAll(/\*+/g, "*")
    .replace(/[?#].*$/, "");
  const isAddress = /^\.{0,2}\/?[\w@.~+\-/*]+\.\w{1,10}$/.test(pattern) && pattern.split("*").length <= 5;
  if (!isAddress) return [];
  const names = fromPage(context, pattern).split("/");
  return [names.map((name) => name.split("*"))];
}

/** Nothing that is put in holds a slash. No pattern of expressions: gaps in a row make those slow on chosen names. */
function isMadeBy(template: TemplatePattern, address: string): boolean {
  const names = address.split("/");
  return names.length === template.length && names.every((name, index) => hasParts(name, template[index] ?? []));
}

/** Whether a name is the parts in their order, with anything between them. */
function hasParts(name: string, parts: readonly string[]): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
