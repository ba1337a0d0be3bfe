import { MirrorError, type MirrorFailure } from "#mirror-error.ts";
import { GitFailure, HostFailure } from "#git-failure.ts";
import type { GitCall, GitEnd, Hit } from "./git-process.ts";

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
const rows: readonly (readonly [RegExp, Explained | "passes" | "access" | "cut"])[] = [
  [/died of signal (24|25)\b|File too large|exceeds maximum allowed size/i, "too_large"],
  [/out of memory|cannot allocate memory|mmap failed|unable to create thread|data too large/i, "too_large"],
  [/died of signal (6|7|11)\b/, "unsound"],
  [/No space left on device|Disk quota exceeded/i, "passes"],
  [/Authentication failed|could not read (Username|Password)|returned error: 40[13]\b/i, "access"],
  [/remote error: .*(not found|no such|not exported|denied|permission|authenti)/i, "access"],
  [/remote error: /i, "passes"],
  [/returned error: 4(04|10)\b|repository '' not found/i, "not_found_or_private"],
  [/unable to update url base from redirection|returned error: 30\d\b/i, "redirected"],
  [/certificate|unable to get local issuer/i, "certificate_refused"],
  [/mismatched algorithms|unknown object format/i, "unsupported"],
  // A pack that was cut off is also bad in what came of it. libcurl's errors 18, 52, 55, 56 and 92: the other side went away; 23 is that git did.
  [/RPC failed; curl (18|52|55|56|92)\b|inflate returned -5\b/i, "cut"],
  [/fsck|error in object|^fatal: (.*: )?(bad|broken|corrupt)/im, "unsound"],
  [/did not (receive expected|send all necessary) object|unresolved delta|inflate (returned|incons)/i, "unsound"],
  [/returned error: (5\d\d|429)\b/i, "passes"],
  [/early EOF/i, "cut"],
  [/RPC failed|unexpected disconnect|hung up unexpectedly|Operation too slow/i, "passes"],
  [/Could not resolve|Failed to connect|Couldn't connect|Connection (refused|reset|timed out)/i, "passes"],
  // Killed without a word, as by its limit of processor time.
  [/invalid index-pack output/i, "too_large"],
  [/dumb http transport|protocol error|not valid: is this a git repository|invalid server response/i, "protocol"],
  [/bad line length|expected .*(sent|received|got)|unexpected .*(ack|line|packet)|server does not/i, "protocol"],
  [/pack (is corrupted|signature|has|too large|exceeds)|packfile|delta|SHA1 COLLISION|object/i, "unsound"],
];

const maxQuoteCharacters = 200;

// What the server prints for its users is no word of git's.
const linesOf = (stderr: string): string[] =>
  stderr.split(/[\r\n]+/).filter((line) => line !== "" && !line.startsWith("remote: "));

// Others are progress and advice.
const isComplaint = (line: string): boolean => /^(fatal|error): ./.test(line);

/** What git complained of first (else what it said last), in one short line without control characters and without the secret. */
function quote(lines: readonly string[], words: readonly string[]): string {
  const line = lines.find(isComplaint) ?? lines.at(-1) ?? "";
  const hidden = words.reduce((text, word) => (word === "" ? text : text.replaceAll(word, "***")), line);
  return hidden.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, maxQuoteCharacters);
}

const signalBase = 128;
const signalReasons: Readonly<Record<number, Explained>> = {
  6: "unsound",
  7: "unsound",
  11: "unsound",
  24: "too_large",
  25: "too_large",
};

// Names are the host's choice and might say anything.
const withoutNames = (text: string): string => text.replaceAll(/'[^'\n]*'/g, "''");

function reasonOf({ code, hit }: GitEnd, said: string, call: GitCall): Explained | "passes" {
  if (hit === "time" && call.source !== "host") return "passes";
  if (hit !== undefined) return hitReasons[hit];
  const bySignal = signalReasons[code - signalBase];
  if (bySignal !== undefined) return bySignal;
  const found = rows.find(([pattern]) => pattern.test(said))?.[1] ?? "passes";
  if (found === "cut") return call.source === "bundle" ? "unsound" : "passes";
  // What was sound when it came in is damaged on this disk.
  if (found === "unsound" && call.source === undefined) return "passes";
  if (found === "access") return call.secret === undefined ? "not_found_or_private" : "token_refused";
  return found;
}

/** The repository takes more than it may. */
export const tooLarge = (): MirrorError => new MirrorError("too_large", sentences.too_large);

/** The error for a process that did not end well: a {@link MirrorError} when the repository is at fault, else one that may pass. */
export function explainEnd(end: GitEnd, call: GitCall): MirrorError | GitFailure {
  const lines = linesOf(end.stderr);
  const reason = reasonOf(end, withoutNames(lines.filter(isComplaint).join("\n")), call);
  const detail = quote(lines, call.secret?.words ?? []);
  if (reason !== "passes") {
    const cause = new GitFailure(`git ${call.args[0] ?? ""} ended with ${end.code}: ${detail}`);
    const isTelling = reason === "unsound" && end.hit === undefined && detail !== "";
    return new MirrorError(reason, isTelling ? `${sentences[reason]} (${detail})` : sentences[reason], { cause });
  }
  const hit = end.hit === undefined ? "" : ` at its limit of ${end.hit}`;
  const Failure = call.source === "host" ? HostFailure : GitFailure;
  return new Failure(`git ${call.args[0] ?? ""} ended with ${end.code}${hit}: ${detail}`);
}
