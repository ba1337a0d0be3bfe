/** How the process that runs users' pages is started. */
export interface Confinement {
  /** By namespaces: no network, processes of its own; or by nothing but what Chromium itself does. */
  namespaces: boolean;
  /** Whether it runs as a user that owns nothing, which takes a worker that runs as root. */
  isOtherUser: boolean;
  /** Whether Chromium's own sandbox is on. */
  browserSandbox: boolean;
}

/** The user and group `nobody`, as Debian and its kin number them. A number needs no entry in any list of users. */
export const confinedUser = 65_534;

const namespaces = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/**
 * The command inside the walls. `unshare` gives it an empty network and a process tree that ends whole; `setpriv` takes
 * every privilege away, so that it cannot come back out.
 */
export function confinedCommand(confinement: Confinement, command: readonly string[]): string[] {
  const { isOtherUser } = confinement;
  const id = String(confinedUser);
  const drop = ["setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs", "--bounding-set=-all"];
  const unprivileged = isOtherUser ? [...drop, ...command] : [...command];
  if (!confinement.namespaces) return unprivileged;
  // Without root, a user namespace is what gives the right to make the others.
  const own = isOtherUser ? [] : ["--user", "--map-current-user"];
  return ["unshare", ...own, ...namespaces, ...unprivileged];
}
