import { execFile } from "node:child_process";
import { lstatSync, readlinkSync, type Stats } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** What keeps a process from everything but what it is shown. */
export interface Walls {
  /** The path or the name of bubblewrap. */
  readonly program: string;
}

/** What a process inside the walls can read. */
export interface WallsView {
  /** Files and folders, by absolute paths that are the same inside. */
  readonly readable: readonly string[];
  /** Folders that it can write in too. Default: nothing. */
  readonly writable?: readonly string[];
  /** The folder that it stands in, one of the readable ones or below. */
  readonly directory: string;
}

/** Programs and libraries of the system. No settings, no list of users, no names of hosts. */
const systemPaths = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache"];
/** The user and group `nobody`, as Debian and its kin number them. */
const nobody = "65534";
const repository = path.resolve(import.meta.dirname, "../../../..");

function factsOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}

/** Most systems have /bin and /lib as names of folders in /usr. */
function showSystem(file: string): string[] {
  const facts = factsOf(file);
  if (facts === undefined) return [];
  return facts.isSymbolicLink() ? ["--symlink", readlinkSync(file), file] : ["--ro-bind", file, file];
}

/** What a Node program of this repository is made of: Node itself, the sources, their dependencies. */
export function programPaths(): string[] {
  const own = ["packages", "node_modules", "package.json"].map((name) => path.join(repository, name));
  return [process.execPath, ...own];
}

/**
 * The command inside the walls: namespaces of its own for users, mounts, network, processes, IPC and host name. It sees what it is
 * shown and cannot write it unless told, has a loopback with nobody on it, no capability, no way to make further namespaces, and ends with whoever
 * started it. A signal that ends it is told as the exit code 128 and its number.
 *
 * @example
 * const [file, ...args] = insideWalls({ program: "bwrap" }, { readable, directory }, [process.execPath, script]);
 */
export function insideWalls(walls: Walls, view: WallsView, command: readonly string[]): string[] {
  // Not as root: its numbers open files that nobody else's do.
  const asNobody = process.getuid?.() === 0 ? ["--uid", nobody, "--gid", nobody] : [];
  const own = ["--unshare-all", "--unshare-user", "--disable-userns", ...asNobody, "--cap-drop", "ALL"];
  const shown = [...systemPaths.flatMap(showSystem), "--proc", "/proc", "--dev", "/dev"];
  const readable = view.readable.flatMap((file) => ["--ro-bind", file, file]);
  const writable = (view.writable ?? []).flatMap((folder) => ["--bind", folder, folder]);
  // What lies between is made in memory, and would be a place to fill.
  const closed = ["--remount-ro", "/dev", "--remount-ro", "/"];
  // As the first process of its tree: one less is started, and its processor time is told to whoever waits for it.
  const life = ["--as-pid-1", "--die-with-parent", "--new-session", "--chdir", view.directory];
  return [walls.program, ...own, ...shown, ...readable, ...writable, ...closed, ...life, "--", ...command];
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ENOENT") return "bubblewrap (bwrap) is not installed";
  const stderr = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
  const lines = stderr.split("\n");
  // Node prints the place before the error.
  const silent = `it ended without a word${"code" in error ? `, with ${String(error.code)}` : ""}`;
  return lines.find((line) => /Error\b.*:/.test(line)) ?? (lines[0] || silent);
}

/** Finds out whether walls can be put up here, by putting some up. */
export async function tryWalls(
  program: string,
): Promise<{ walls: Walls; reason?: never } | { walls?: never; reason: string }> {
  if (process.platform !== "linux") return { reason: "walls are of Linux" };
  const walls = { program };
  // Not only Node: its dependencies may lie where nobody inside sees them.
  const script = `await import(${JSON.stringify(import.meta.resolve("zod"))});`;
  const [file = "", ...args] = insideWalls(walls, { readable: programPaths(), directory: "/" }, [
    process.execPath,
    "--input-type=module",
    "--eval",
    script,
  ]);
  try {
    await promisify(execFile)(file, args, { env: {} });
    return { walls };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}
