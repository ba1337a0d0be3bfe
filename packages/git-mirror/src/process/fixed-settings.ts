import { programPath } from "#env.ts";

/** Old and harmless faults of real repositories, and faults of what is never used here. Everything else is refused. */
const ignoredFaults = [
  // Written by early tools; every forge takes them.
  "zeroPaddedFilemode",
  "nulInCommit",
  // Lines of authors and dates are text to us.
  "badDate",
  "badDateOverflow",
  "badEmail",
  "badName",
  "badTimezone",
  "missingEmail",
  "missingNameBeforeEmail",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "multipleAuthors",
  "zeroPaddedDate",
  // Dangerous in a checkout, and nothing is ever checked out: such paths are left out by the rules for paths.
  "fullPathname",
  "hasDot",
  "hasDotdot",
  "hasDotgit",
  // Submodules are never read and attributes never applied.
  "gitmodulesBlob",
  "gitmodulesLarge",
  "gitmodulesMissing",
  "gitmodulesName",
  "gitmodulesParse",
  "gitmodulesPath",
  "gitmodulesSymlink",
  "gitmodulesUpdate",
  "gitmodulesUrl",
  "gitattributesBlob",
  "gitattributesLarge",
  "gitattributesLineLength",
  "gitattributesMissing",
] as const;

/** For `git index-pack`, which reads no setting about faults. */
export const strictOption = `--strict=${ignoredFaults.map((fault) => `${fault}=ignore`).join(",")}`;

const settings: readonly (readonly [string, string])[] = [
  ["protocol.allow", "never"],
  ["protocol.https.allow", "always"],
  ["protocol.version", "2"],
  ["http.followRedirects", "false"],
  ["http.proxy", ""],
  ["http.sslVerify", "true"],
  ["http.emptyAuth", "false"],
  ["http.delegation", "none"],
  ["http.cookieFile", ""],
  ["http.saveCookies", "false"],
  ["credential.helper", ""],
  ["core.askPass", ""],
  ["core.hooksPath", "/dev/null"],
  ["core.attributesFile", "/dev/null"],
  ["core.excludesFile", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.logAllRefUpdates", "false"],
  ["core.commitGraph", "false"],
  ["core.multiPackIndex", "false"],
  // Blobs above this size stream through a buffer.
  ["core.bigFileThreshold", "4m"],
  ["core.packedGitWindowSize", "8m"],
  ["core.packedGitLimit", "128m"],
  ["core.deltaBaseCacheLimit", "32m"],
  ["pack.threads", "2"],
  ["pack.windowMemory", "64m"],
  ["pack.deltaCacheSize", "32m"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["transfer.fsckObjects", "true"],
  ["fetch.fsckObjects", "true"],
  // Always a pack, through index-pack: loose objects by the thousand are slow to read and to copy.
  ["fetch.unpackLimit", "1"],
  ["transfer.unpackLimit", "1"],
  // Nothing is fetched from anywhere that the server names.
  ["fetch.uriProtocols", ""],
  ["transfer.bundleURI", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["submodule.recurse", "false"],
  ["fetch.writeCommitGraph", "false"],
  ...ignoredFaults.map((fault) => [`fetch.fsck.${fault}`, "ignore"] as const),
];

/** `-c name=value` for each. */
export const asArguments = (pairs: readonly (readonly [string, string])[]): string[] =>
  pairs.flatMap(([name, value]) => ["-c", `${name}=${value}`]);

const fixedArguments = asArguments(settings);

/** What stands before the command in every call of git. */
export const leadingArguments = (folder: string): string[] => [
  "--no-pager",
  "--no-replace-objects",
  "--literal-pathspecs",
  `--git-dir=${folder}`,
  ...fixedArguments,
];

/** The whole environment of every git process. */
export const environment = (folder: string): Record<string, string> => ({
  PATH: programPath,
  HOME: folder,
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ALLOW_PROTOCOL: "https",
  GIT_PROTOCOL_FROM_USER: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_OPTIONAL_LOCKS: "0",
  // Each of glibc's arenas would reserve 64 MiB of the address space that is limited.
  MALLOC_ARENA_MAX: "2",
});
