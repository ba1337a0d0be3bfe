const mark = "[secret]";

/** Keys and tokens that can be told by their form, as their issuers document it; also where they run into other words. */
const byForm: readonly RegExp[] = [
  /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}/g,
  /gh[pousr]_[A-Za-z0-9]{20,255}/g,
  /github_pat_\w{20,255}/g,
  /glpat-[\w-]{20,}/g,
  /xox[abeoprs]-[\w-]{10,}/g,
  /hooks\.slack\.com\/services\/[\w/]+/g,
  /[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /whsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-(?:ant-|proj-|or-)?[\w-]{20,}/g,
  /AIza[\w-]{35}/g,
  /ya29\.[\w-]{20,}/g,
  /GOCSPX-[\w-]{20,}/g,
  /npm_[A-Za-z0-9]{36}/g,
  /pypi-[\w-]{50,}/g,
  /hf_[A-Za-z0-9]{30,}/g,
  /dop_v1_[a-f0-9]{64}/g,
  /SG\.[\w-]{16,}\.[\w-]{16,}/g,
  /hs[rd]_[\w-]{20,}/g,
  /\$argon2(?:id|i|d)\$[^"'\s]+/g,
  /X-Amz-(?:Signature|Credential|Security-Token)=[^&"'\s]+/g,
  /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /AGE-SECRET-KEY-1[A-Z0-9]{50,}/g,
];

const keyBlock =
  /-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|SECRET)[A-Z0-9 ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$(?![\s\S]))/g;

/** `scheme://user:password@host`: the password goes, the rest is worth reading. */
const inUrl = /(?<head>\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'`]*:)(?<value>[^\s@"'`/]+)(?=@)/gi;

/** `Bearer …` and `Basic …` in a header. */
const inHeader = /(?<head>\b(?:Bearer|Basic|Token)[ \t]+)(?<value>[A-Za-z0-9+/_=.~-]{16,})/g;

// Bounded at both ends, and without what stands before it: no text makes it slow.
const secretName = String.raw`(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|client[_-]?secret|credential|auth)[\w.-]{0,60}`;

/** A quoted value given to a name that says what it is; and the same in `.env` style, where nothing is quoted. */
const assigned = new RegExp(
  String.raw`(?<head>${secretName}["'\]]*\s*(?::\s*[\w<>\[\]| ]{1,40})?(?::=|=>|=|:)\s*[rbuf@$]*)(?<quote>["'\x60])(?<value>(?:(?!\k<quote>)[^\\\n\r]|\\[^\n\r]){4,}?)\k<quote>`,
  "gi",
);
const bare = new RegExp(
  String.raw`^(?<head>[ \t]*(?:export\s+)?[\w.-]{0,60}${secretName}\s*=\s*)(?<value>[^\s"'\x60(){}\[\];,<>]{8,})(?=[ \t\r]*$)`,
  "gim",
);
const pair = /(?<head>\b(?:password|pwd|accountkey|sharedaccesskey|secret)\s*=\s*)(?<value>[^;"'`\s]{4,})(?=[;"'`])/gi;

// Those say where a secret comes from, and are none.
const isReference = (value: string): boolean =>
  value === mark || /^(?:\$\{[^}]*\}|\{\{[^}]*\}\}|<[^>]*>|%\w+%|\*+|x+|\.+)$/i.test(value);

function keepLines(block: string): string {
  return block
    .split("\n")
    .map((line, index) => `${index === 0 ? mark : ""}${line.endsWith("\r") ? "\r" : ""}`)
    .join("\n");
}

/** Puts the mark in the place of what the pattern names `value`. */
function maskValues(text: string, pattern: RegExp): string {
  let result = "";
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const { head = "", quote = "", value = "" } = match.groups ?? {};
    if (isReference(value)) continue;
    result += `${text.slice(end, match.index)}${head}${quote}${mark}${quote}`;
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

function scrubOnce(text: string): string {
  let result = text.replaceAll(keyBlock, keepLines);
  for (const pattern of byForm) result = result.replaceAll(pattern, mark);
  for (const pattern of [inUrl, inHeader, assigned, bare, pair]) result = maskValues(result, pattern);
  return result;
}

/**
 * Takes keys, tokens, passwords and private keys out of code before a model sees it. The text keeps its number of lines, so
 * that what a model says about a line is about the same line. It finds what has the form or the name of a secret; it cannot
 * find one that has neither.
 */
export function scrubSecrets(text: string): string {
  let before = text;
  // What is taken out can bring two pieces together that were none apart.
  for (let round = 0; round < 5; round += 1) {
    const after = scrubOnce(before);
    if (after === before) break;
    before = after;
  }
  return before;
}

/** Whether a piece of code holds what {@link scrubSecrets} takes out. */
export function looksSecret(text: string): boolean {
  return scrubSecrets(text) !== text;
}
