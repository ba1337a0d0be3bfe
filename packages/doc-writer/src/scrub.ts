const mark = "[secret]";

/** Keys and tokens that can be told by their form, as their issuers document it. */
const byForm: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,255}\b/g,
  /\bgithub_pat_\w{20,255}\b/g,
  /\bglpat-[\w-]{20,}\b/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bhooks\.slack\.com\/services\/[\w/]+/g,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}\b/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-(?:ant-|proj-|or-)?[\w-]{20,}/g,
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bGOCSPX-[\w-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[\w-]{50,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bdop_v1_[a-f0-9]{64}\b/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\bhs[rd]_[\w-]{20,}/g,
  /\$argon2(?:id|i|d)\$[^"'\s]+/g,
  /\bX-Amz-(?:Signature|Credential|Security-Token)=[^&"'\s]+/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{50,}/g,
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

/**
 * Takes keys, tokens, passwords and private keys out of code before a model sees it. The text keeps its number of lines, so
 * that what a model says about a line is about the same line. It finds what has the form or the name of a secret; it cannot
 * find one that has neither.
 */
export function scrubSecrets(text: string): string {
  let result = text.replaceAll(keyBlock, keepLines);
  for (const pattern of byForm) result = result.replaceAll(pattern, mark);
  for (const pattern of [inUrl, inHeader, assigned, bare, pair]) result = maskValues(result, pattern);
  return result;
}

/** Whether a piece of code holds what {@link scrubSecrets} takes out. */
export function looksSecret(text: string): boolean {
  return scrubSecrets(text) !== text;
}
