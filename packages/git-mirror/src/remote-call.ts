import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { getCACertificates } from "node:tls";
import { checkAddress, type CheckedAddress } from "./address.ts";
import { authoritiesFile } from "./folder.ts";
import { MirrorError } from "./mirror-error.ts";
import type { GitCall, GitContext } from "./process/git-process.ts";
import type { Remote, RemoteAccess } from "./remote.ts";

/** Addresses that were checked, by URL: a repository's calls all go to the same ones. */
export type CheckedAddresses = Map<string, CheckedAddress>;

type Settings = readonly (readonly [string, string])[];

/** What a call to a host needs besides the command itself. */
export interface RemoteCall extends Pick<GitCall, "secret"> {
  settings: Settings;
  source: "host";
  url: string;
}

// Descriptor 3 is a pipe: the secret stands in no argument, no variable and no file. Git adds a word to the command.
const helper = "!give() { cat <&3; }; give";
const controls = /\p{Cc}/u;

function secretOf({ credentials }: Remote): GitCall["secret"] {
  if (credentials === undefined) return undefined;
  const { username, password } = credentials;
  // A line break would be a further line of the answer to git.
  if (controls.test(username) || controls.test(password))
    throw new MirrorError("token_refused", "The token holds characters that no token has.");
  const encoded = Buffer.from(`${username}:${password}`).toString("base64");
  return {
    text: `username=${username}\npassword=${password}\n`,
    words: [encoded, password, encodeURIComponent(password)],
  };
}

async function authorities({ folder }: GitContext, { caFile }: RemoteAccess): Promise<Settings> {
  if (caFile === undefined) return [];
  // Git's own setting replaces the usual ones; these come besides them.
  const usual = new Set([...getCACertificates("bundled"), ...getCACertificates("system")]);
  const file = path.join(folder, authoritiesFile);
  await writeFile(file, [await readFile(caFile, "utf8"), ...usual].join("\n"));
  return [["http.sslCAInfo", file]];
}

const maxStallSeconds = 60;

function timing({ limits }: GitContext): Settings {
  // Only a host that says nothing at all; one that counts objects for minutes sends a word every few seconds.
  const stallSeconds = Math.max(1, Math.min(maxStallSeconds, Math.ceil(limits.seconds / 2)));
  return [
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", String(stallSeconds)],
  ];
}

/** Gives up waiting, though the work itself goes on. */
async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = once(signal, "abort", { signal: settled.signal });
  // Ended below, when the work was first.
  aborted.catch(() => undefined);
  try {
    return await Promise.race([work, aborted.then(() => Promise.reject(signal.reason as Error))]);
  } finally {
    settled.abort();
  }
}

/**
 * Checks where a repository is, once, and gives what git is told for a call to just that place.
 *
 * @throws MirrorError when the host, an address or the credentials are refused.
 */
export async function remoteCall(
  context: GitContext & { access: RemoteAccess; checked: CheckedAddresses },
  remote: Remote,
): Promise<RemoteCall> {
  const address =
    context.checked.get(remote.url) ?? (await untilAborted(checkAddress(remote.url, context.access), context.signal));
  context.checked.set(remote.url, address);
  const secret = secretOf(remote);
  const settings: (readonly [string, string])[] = [
    ...timing(context),
    ...(await authorities(context, context.access)),
    ...(address.pin === undefined ? [] : [["http.curloptResolve", address.pin] as const]),
    ...(secret === undefined ? [] : [[`credential.https://${address.host}.helper`, helper] as const]),
  ];
  return { url: address.url, settings, source: "host", ...(secret && { secret }) };
}
