import { MirrorError } from "./mirror-error.ts";
import { runGit, type GitContext } from "./process/git-process.ts";
import { isMirroredRef, isObjectId, utf8Lines, type Refs } from "./refs.ts";
import type { RemoteCall } from "./remote-call.ts";

/** What a host says that a repository has. */
export interface RemoteRefs {
  refs: Refs;
  /** The branch that HEAD names. */
  head: string | undefined;
}

const bytesPerRef = 512;
const sha256Length = 64;

export const tooManyRefs = (limit: number): MirrorError =>
  new MirrorError("too_many_refs", `The repository has more than ${limit} branches and tags.`);

function readLines(output: Buffer): RemoteRefs {
  // No prototype: a name is whatever the host says.
  const refs: Refs = Object.create(null) as Refs;
  let head: string | undefined;
  for (const line of utf8Lines(output)) {
    const [left = "", name = ""] = line.split("\t");
    if (name === "HEAD" && left.startsWith("ref: ")) head = left.slice("ref: ".length);
    // "name^{}" tells what an annotated tag points to, and is no name.
    if (isMirroredRef(name) && isObjectId(left)) refs[name] = left;
  }
  return {
    refs,
    head: head !== undefined && refs[head] !== undefined && head.startsWith("refs/heads/") ? head : undefined,
  };
}

/** Asks a host for heads and tags. @throws MirrorError, `empty` when there are none. */
export async function listRemote(context: GitContext, call: RemoteCall): Promise<RemoteRefs> {
  const { refs: limit } = context.limits;
  const { url, ...rest } = call;
  const output = await runGit(context, {
    ...rest,
    // Patterns are matched here, after the host has said everything: a prefix for HEAD cannot be asked for.
    args: ["ls-remote", "--symref", "--", url, "HEAD", "refs/heads/*", "refs/tags/*"],
    // An annotated tag has two lines.
    maxBytes: (limit + 1) * 2 * bytesPerRef,
  });
  const listed = readLines(output);
  const ids = Object.values(listed.refs);
  if (ids.length === 0) throw new MirrorError("empty", "The repository has no commit yet.");
  if (ids.length > limit) throw tooManyRefs(limit);
  if (ids.some((id) => id.length === sha256Length))
    throw new MirrorError("unsupported", "The repository names its objects by SHA-256, which is not supported.");
  return listed;
}
