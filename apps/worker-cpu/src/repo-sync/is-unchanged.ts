import { isDeepStrictEqual } from "node:util";
import { objectId, type MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import type { RemoteRefs } from "@hivesync/git-mirror/list-remote";
import type { EarlierSync } from "./read-order.ts";

/** The full name that a ref goes by at the remote, as `Repository.resolve` has it. */
function fullName(ref: string | undefined, { refs, head }: RemoteRefs): string | undefined {
  if (ref === undefined) return head;
  const named = [`refs/heads/${ref}`, `refs/tags/${ref}`, ref].find((name) => Object.hasOwn(refs, name));
  return named ?? (objectId.safeParse(ref).success ? ref : undefined);
}

/** True when the remote is as the earlier sync saw it, and the same ref is asked for: its commit is the same too. */
export function isUnchanged(
  remote: RemoteRefs,
  ref: string | undefined,
  { earlier, manifest }: { earlier: EarlierSync; manifest: MirrorManifest },
): boolean {
  return (
    manifest.head === earlier.head &&
    fullName(ref, remote) === earlier.headRef &&
    isDeepStrictEqual({ ...remote.refs }, { ...earlier.refs })
  );
}
