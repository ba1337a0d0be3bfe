import { forEachLimited } from "@hivesync/platform/for-each-limited";
import { MirrorError } from "./mirror-error.ts";
import { endGit, runGit, type GitContext } from "./process/git-process.ts";
import { isMirroredRef, isObjectId, utf8Lines, type Refs } from "./refs.ts";

const bytesPerRef = 512;
const comparisonsAtOnce = 4;
const mostRewritten = 100;

/** The mirror's heads and tags. */
export async function readRefs(context: GitContext): Promise<Refs> {
  const output = await runGit(context, {
    args: ["for-each-ref", "--format=%(objectname)%09%(refname)", "refs/heads", "refs/tags"],
    maxBytes: (context.limits.refs + 1) * bytesPerRef,
  });
  const refs: Refs = Object.create(null) as Refs;
  for (const line of utf8Lines(output)) {
    const [id = "", name = ""] = line.split("\t");
    if (isMirroredRef(name) && isObjectId(id)) refs[name] = id;
  }
  return refs;
}

/** Makes the mirror's heads and tags exactly these. @throws MirrorError `unsound` when an object is not there. */
export async function setRefs(context: GitContext, refs: Refs): Promise<void> {
  const wrong = Object.entries(refs).find(([name, id]) => !isMirroredRef(name) || !isObjectId(id));
  if (wrong !== undefined) throw new Error(`${wrong[0].slice(0, 100)} cannot be a ref of a mirror`);
  const gone = Object.keys(await readRefs(context)).filter((name) => refs[name] === undefined);
  // Two steps: "a" must be gone before "a/b" can be.
  const steps = [
    gone.map((name) => `delete ${name}\n`),
    Object.entries(refs).map(([name, id]) => `update ${name} ${id}\n`),
  ];
  for (const step of steps)
    if (step.length > 0) await runGit(context, { args: ["update-ref", "--stdin"], stdin: step, source: "bundle" });
  await runGit(context, { args: ["pack-refs", "--all", "--prune"] });
}

async function isAncestor(context: GitContext, older: string, newer: string): Promise<boolean> {
  if (!isObjectId(older) || !isObjectId(newer)) throw new Error("a ref's value is no object id");
  const { code } = await endGit(context, { args: ["merge-base", "--is-ancestor", older, newer] });
  // 128: the older one is not here, or is no commit. Nothing that is here holds it.
  return code === 0;
}

/**
 * Which refs are gone, and which were moved to where the old commit is not contained (tags: which were moved at all). Rewritten branches are
 * looked for until there are a hundred.
 */
export async function compareRefs(
  context: GitContext,
  before: Refs,
  after: Refs,
): Promise<{ forced: string[]; deleted: string[] }> {
  const names = Object.keys(before);
  const deleted = names.filter((name) => after[name] === undefined);
  const moved = names.filter((name) => after[name] !== undefined && after[name] !== before[name]);
  const tags = moved.filter((name) => name.startsWith("refs/tags/"));
  const branches = moved.filter((name) => !name.startsWith("refs/tags/"));
  const rewritten: string[] = [];
  await forEachLimited(branches, { limit: comparisonsAtOnce, signal: context.signal }, async (name) => {
    // Each of the thousands that a repository made anew has would walk all of its history.
    if (rewritten.length >= mostRewritten) return;
    if (!(await isAncestor(context, before[name] ?? "", after[name] ?? ""))) rewritten.push(name);
  });
  const forced = [...rewritten.slice(0, mostRewritten), ...tags];
  return { forced: forced.sort(), deleted: deleted.sort() };
}

const headless = "The repository names no main branch. Say which branch or tag to mirror.";

async function commitOf(context: GitContext, name: string): Promise<string | undefined> {
  const { code, stdout } = await endGit(context, {
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`],
  });
  const id = stdout.toString("utf8").trim();
  return code === 0 && isObjectId(id) ? id : undefined;
}

/** A branch, else a tag, else a full ref name, else a full object id; undefined: the branch that HEAD names. */
export async function resolveRef(
  context: GitContext,
  ref: string | undefined,
  head: string | undefined,
): Promise<{ ref: string; commit: string }> {
  const wanted = ref ?? head;
  if (wanted === undefined) throw new MirrorError("ref_not_found", headless);
  const refs = await readRefs(context);
  const names = [`refs/heads/${wanted}`, `refs/tags/${wanted}`, wanted];
  const name = names.find((each) => refs[each] !== undefined);
  const id = name === undefined ? wanted : refs[name];
  const commit = id !== undefined && isObjectId(id) ? await commitOf(context, id) : undefined;
  if (commit !== undefined) return { ref: name ?? wanted, commit };
  const shown = wanted.slice(0, 200);
  const reason = name === undefined ? "has no branch, tag or commit" : "has no commit at";
  throw new MirrorError("ref_not_found", `The repository ${reason} "${shown}".`);
}
