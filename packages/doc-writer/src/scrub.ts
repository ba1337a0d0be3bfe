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
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{50,}/g,
];

const keyBlock =
  /-----BEGIN [A-Z0-9 ]*(?:PRIVATE KEY|SECRET)[A-Z0-9 ]*-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$(?![\s\S]))/g;

/** `scheme://user:password@host`: the password goes, the rest is worth reading. */
const inUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`]*):([^\s@"'`/]+)@/gi;

/** `Bearer …` and `Basic …` in a header. */
const inHeader = /\b(Bearer|Basic|Token)(\s+)([A-Za-z0-9+/_=.~-]{16,})/g;

const secretName = String.raw`[\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|client[_-]?secret|credential|auth)[\w.-]*`;

/** A quoted value given to a name that says what it is; and the same in `.env` style, where nothing is quoted. */
const assigned = new RegExp(
  String.raw`(${secretName}["'\]]*\s*(?::\s*[\w<>\[\]| ]{1,40})?(?::=|=>|=|:)\s*[rbuf@$]*)(["'\x60])((?:(?!\2)[^\\\n\r]|\\[^\n\r]){4,}?)(\2)`,
  "gi",
);
const bare = new RegExp(String.raw`^(\s*(?:export\s+)?${secretName}\s*=\s*)([^\s"'\x60(){}\[\];,<>]{8,})(\s*)$`, "gim");
const pair = /\b((?:password|pwd|accountkey|sharedaccesskey|secret)\s*=\s*)([^;"'`\s]{4,})(?=[;"'`])/gi;

// Those say where a secret comes from, and are none.
const isReference = (value: string): boolean =>
  value === mark || /^(?:\$\{[^}]*\}|\{\{[^}]*\}\}|<[^>]*>|%\w+%|\*+|x+|\.+)$/i.test(value);

function keepLines(block: string): string {
  return block
    .split("\n")
    .map((line, index) => (index === 0 ? mark : line.endsWith("\r") ? "\r" : ""))
    .join("\n");
}

/**
 * Takes keys, tokens, passwords and private keys out of code before a model sees it. The text keeps its number of lines, so that what a model says about
 * a line is about the same line. It finds what has the form or the name of a secret; it cannot find one that has neither.
 */
export function scrub(text: string): string {
  let result = text.replaceAll(keyBlock, keepLines);
  for (const pattern of byForm) result = result.replaceAll(pattern, mark);
  return result
    .replaceAll(inUrl, (whole, before: string, value: string) => (isReference(value) ? whole : `${before}:${mark}@`))
    .replaceAll(inHeader, (_whole, scheme: string, blank: string) => `${scheme}${blank}${mark}`)
    .replaceAll(assigned, (whole, head: string, quote: string, value: string) =>
      isReference(value) ? whole : `${head}${quote}${mark}${quote}`,
    )
    .replaceAll(bare, (whole, head: string, value: string, tail: string) =>
      isReference(value) ? whole : `${head}${mark}${tail}`,
    )
    .replaceAll(pair, (whole, head: string, value: string) => (isReference(value) ? whole : `${head}${mark}`));
}

/** Whether a piece of code holds what {@link scrub} takes out. */
export function looksSecret(text: string): boolean {
  return scrub(text) !== text;
}
