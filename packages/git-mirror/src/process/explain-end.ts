import { MirrorError, type MirrorFailure } from "#mirror-error.ts";
import type { GitCall, GitEnd, Hit } from "./git-process.ts";

/** A process of git ended in a way that another attempt may not. */
export class GitFailure extends Error {
  override readonly name = "GitFailure";
}

const sentences = {
  not_found_or_private: "There is no such repository, or it is private and needs a token.",
  token_refused: "The host refused the token for this repository.",
  redirected: "The host sends callers of this address on to another one. Give the address where the repository is.",
  certificate_refused: "The host's certificate cannot be trusted.",
  protocol: "What answers at this address is no git repository that can be read.",
  unsupported: "The repository names its objects by SHA-256, which is not supported.",
  unsound: "The repository holds data that git finds unsound.",
  too_large: "The repository is larger than what one mirror may take.",
  too_slow: "The repository could not be fetched within the time that one mirror may take.",
  too_many_refs: "The repository has more branches and tags than one mirror may have.",
} as const satisfies Partial<Record<MirrorFailure, string>>;

type Explained = keyof typeof sentences;

const hitReasons: Readonly<Record<Hit, Explained>> = {
  time: "too_slow",
  disk: "too_large",
  files: "too_many_refs",
  output: "too_many_refs",
};

// The first row whose pattern is found decides. "passes": the network or the host has a bad moment.
const rows: readonly (readonly [RegExp, Explained | "passes" | "access"])[] = [
  [/curl 28|Operation too slow|transfer speed|Operation timed out|less than \d+ bytes\/sec/i, "too_slow"],
  [/died of signal 2[45]|File too large|exceeds maximum allowed size|exceeds? .*limit/i, "too_large"],
  [
    /out of memory|cannot allocate memory|mmap failed|pthread_create|unable to create thread|data too large/i,
    "too_large",
  ],
  [/died of signal (11|6|7)\b/, "unsound"],
  [/No space left on device|Disk quota exceeded/i, "passes"],
  [/Authentication failed|could not read (Username|Password)|requested URL returned error: 40[13]\b/i, "access"],
  [/requested URL returned error: 4(04|10)\b|repository '.*' not found/i, "not_found_or_private"],
  [/unable to update url base from redirection|requested URL returned error: 30\d\b/i, "redirected"],
  [/certificate|SSL peer|self.signed|unable to get local issuer/i, "certificate_refused"],
  [/mismatched algorithms|unknown object format|object.format/i, "unsupported"],
  [/fsck|error in object|^fatal: (.*: )?(bad|broken|corrupt)/im, "unsound"],
  [
    /did not (receive expected|send all necessary) object|unresolved delta|inflate (returned|inconsistency)/i,
    "unsound",
  ],
  [/requested URL returned error: (5\d\d|429)\b/i, "passes"],
  [/early EOF|curl (5|6|7|16|18|35|52|55|56|92|95)\b|RPC failed|unexpected disconnect|hung up unexpectedly/i, "passes"],
  [/Could not resolve host|Failed to connect|Couldn't connect|Connection (refused|reset|timed out)/i, "passes"],
  [/dumb http transport|protocol error|not valid: is this a git repository|invalid server response/i, "protocol"],
  [
    /bad line length|expected .*(packfile|flush|acknowledg)|unexpected .*(ack|line|packet)|server does not/i,
    "protocol",
  ],
  [/pack (is corrupted|signature|has|too large|exceeds)|packfile|delta|SHA1 COLLISION|object/i, "unsound"],
];

const maxQuoteCharacters = 200;

/** What git said last that matters, in one short line without control characters and without the secret. */
function quote(stderr: string, words: readonly string[]): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line !== "");
  const line = lines.find((each) => /^(fatal|error): /.test(each)) ?? lines.at(-1) ?? "";
  const hidden = words.reduce((text, word) => (word === "" ? text : text.replaceAll(word, "***")), line);
  return hidden.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, maxQuoteCharacters);
}

// What the server prints for its users is no word of git's.
const withoutServerTalk = (stderr: string): string =>
  stderr
    .split(/[\r\n]+/)
    .filter((line) => !line.startsWith("remote: "))
    .join("\n");

const signalBase = 128;
const signalReasons: Readonly<Record<number, Explained>> = {
  6: "unsound",
  7: "unsound",
  11: "unsound",
  24: "too_large",
  25: "too_large",
};

function reasonOf({ code, hit }: GitEnd, stderr: string, call: GitCall): Explained | "passes" {
  if (hit === "time" && call.source !== "host") return "passes";
  if (hit !== undefined) return hitReasons[hit];
  const bySignal = signalReasons[code - signalBase];
  if (bySignal !== undefined) return bySignal;
  const found = rows.find(([pattern]) => pattern.test(stderr))?.[1] ?? "passes";
  // What was sound when it came in is damaged on this disk.
  if (found === "unsound" && call.source === undefined) return "passes";
  if (found === "access") return call.secret === undefined ? "not_found_or_private" : "token_refused";
  return found;
}

/** The error for a process that did not end well: a {@link MirrorError} when the repository is at fault, else one that may pass. */
export function explainEnd(end: GitEnd, call: GitCall): MirrorError | GitFailure {
  const said = withoutServerTalk(end.stderr);
  const reason = reasonOf(end, said, call);
  const detail = quote(said, call.secret?.words ?? []);
  if (reason !== "passes") {
    const cause = new GitFailure(`git ${call.args[0] ?? ""} ended with ${end.code}: ${detail}`);
    const isTelling = reason === "unsound" && end.hit === undefined && detail !== "";
    return new MirrorError(reason, isTelling ? `${sentences[reason]} (${detail})` : sentences[reason], { cause });
  }
  const hit = end.hit === undefined ? "" : ` at its limit of ${end.hit}`;
  return new GitFailure(`git ${call.args[0] ?? ""} ended with ${end.code}${hit}: ${detail}`);
}
