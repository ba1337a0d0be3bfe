import { isUtf8 } from "node:buffer";
import { MirrorError } from "./mirror-error.ts";
import { startGit, type GitContext } from "./process/git-process.ts";
import { isObjectId } from "./refs.ts";

/** What a tree says of a path: a file, one that may be run, a symbolic link, a submodule. */
export type TreeMode = "100644" | "100755" | "120000" | "160000";

/** One path of a tree, as it stands there: it may be hostile. */
export interface TreeEntry {
  /** Undefined when it is not UTF-8. */
  path: string | undefined;
  rawPath: Buffer;
  mode: TreeMode;
  oid: string;
  /** Undefined for a submodule, whose commit is elsewhere. */
  size: number | undefined;
}

const maxEntryBytes = 1_048_576;
const tab = 9;

const unsound = (what: string): MirrorError => new MirrorError("unsound", `The repository holds ${what}.`);

// Old tools wrote "100664" and the like; to git only the owner's right to run counts.
function modeOf(text: string): TreeMode {
  if (text === "120000" || text === "160000") return text;
  if (!/^100[0-7]{3}$/.test(text)) throw unsound(`a path of the unknown kind ${text.slice(0, 10)}`);
  return (Number.parseInt(text, 8) & 0o100) === 0 ? "100644" : "100755";
}

function parseEntry(entry: Buffer): TreeEntry {
  const end = entry.indexOf(tab);
  const [mode = "", , oid = "", size = ""] = entry.subarray(0, end).toString("latin1").split(/ +/);
  const rawPath = Buffer.from(entry.subarray(end + 1));
  return {
    path: isUtf8(rawPath) ? rawPath.toString("utf8") : undefined,
    rawPath,
    mode: modeOf(mode),
    oid,
    size: size === "-" ? undefined : Number(size),
  };
}

/** Every path below a commit's tree, in git's order, as git prints them. */
export async function* listTree(context: GitContext, commit: string): AsyncGenerator<TreeEntry> {
  if (!isObjectId(commit)) throw new Error("a tree is listed by its commit's id");
  const git = startGit(context, {
    args: ["ls-tree", "-r", "-z", "--long", "--full-tree", "--end-of-options", commit],
    isPaced: true,
  });
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0, start)) {
        yield parseEntry(rest.subarray(start, end));
        start = end + 1;
      }
      rest = rest.subarray(start);
      if (rest.length > maxEntryBytes) throw unsound("a path of more than a megabyte");
    }
    await git.finish();
  } finally {
    // Whoever has read enough leaves the rest.
    git.kill();
  }
}
