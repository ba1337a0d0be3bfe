import { posix } from "node:path";
import { findFile } from "#bundle/find-file.ts";
import type { ImportRequest, ResolveContext } from "#bundle/resolve-import.ts";
import { ownerOf } from "#project/workspaces.ts";

/** What no package's name begins with, and aliases of folders do. */
export const NO_PACKAGE = /^[@~]\//;
/** What is put before the name of a folder to make an alias of it. */
const MARK = /^[@~$]/;
/** Where aliases usually lead, below the folder of package.json. */
const USUAL_FOLDERS = ["src", ".", "app"];

/** Says how a name that looks like an alias is made one. Undefined for what may as well be a package. */
export function explainAlias(
  context: ResolveContext,
  { importer }: Pick<ImportRequest, "importer">,
  name: string,
): string | undefined {
  const { files, packageJson, platform, workspaces } = context;
  const home = (workspaces && ownerOf(workspaces.packages, importer)?.folder) ?? posix.dirname(packageJson.path);
  const [head = ""] = name.split("/", 1);
  const rest = name.slice(head.length);
  const isNoPackage = NO_PACKAGE.test(name);
  // A file that is called like a package does not make an alias of the package's name.
  if (rest === "" && !MARK.test(name)) return undefined;
  const folders = USUAL_FOLDERS.map((folder) => posix.join(home, folder, head.replace(MARK, "")));
  const found = folders
    .map((folder) => ({ folder, path: findFile(files, posix.join(folder, rest), platform) }))
    .find(({ path }) => path !== undefined);
  if (found === undefined && !isNoPackage) return undefined;
  const hasSource = files.paths.some((path) => path.startsWith(`${posix.join(home, "src")}/`));
  const folder = found?.folder ?? (hasSource ? posix.join(home, "src") : home);
  const what = isNoPackage
    ? `"${name}" is no package: names that begin with "${head}/" are usually an alias.`
    : `"${name}" is no package of package.json; it looks like an alias of a folder.`;
  const how = `Say where it leads in ${configEntry(context, home, { head, folder, isWhole: rest === "" })}.`;
  return [what, how, ...(found === undefined ? [] : [`That finds "${found.path}".`])].join(" ");
}

/** The file and what to write there, so that names that begin with `head` lead to the folder. */
function configEntry(
  { files, workspaces }: ResolveContext,
  home: string,
  { head, folder, isWhole }: { readonly head: string; readonly folder: string; readonly isWhole: boolean },
): string {
  const known = ["tsconfig.json", "jsconfig.json"].map((name) => posix.join(home, name));
  const file = known.find((path) => files.has(path)) ?? `${known[0]} (or jsconfig.json)`;
  const base = workspaces?.tsConfigs.find((row) => row.folder === home)?.config.baseUrl ?? home;
  const star = isWhole ? "" : "/*";
  const path = posix.join(posix.relative(base, folder), star);
  const target = path.startsWith("..") ? path : `./${path.replace(/^\//, "")}`;
  return `${file}: "compilerOptions": { "paths": { "${head}${star}": ["${target}"] } }`;
}
