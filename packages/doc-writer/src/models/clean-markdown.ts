import { scrubSecrets } from "#scrub.ts";

const unseen =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;

// Code as every reader of Markdown sees it: a fence at the very start of a line (indented, it could end with its list),
// or a lone backtick on either side. Where readers could differ it counts as prose, and is escaped.
const code = /(^```[^`\n]*\n[\s\S]*?(?:^ {0,3}```|$(?![\s\S]))|(?<![\\`])`(?!`)[^`\n]+`(?!`))/m;

const safeTarget = /^(?:https?:\/\/|#|\.{0,2}\/|[\w./-]+(?:#[\w-]*)?$)/i;

const target = (whole: string, before: string, to: string): string => (safeTarget.test(to) ? whole : `${before}#`);

function cleanProse(prose: string): string {
  return prose
    .replaceAll(/!+(?=\[)/g, "")
    .replaceAll(/(\]\(\s*)<?([^)\s>]+)>?/g, target)
    .replaceAll(/(\]:\s*)<?([^\s>]+)>?/g, target)
    .replaceAll(/<(?=[a-z/!?])/gi, "&lt;");
}

/**
 * Markdown that a viewer may show: no raw HTML, no picture, no link that runs a script. A model that was talked into it
 * could send what it read to whoever serves a picture.
 */
export function cleanMarkdown(markdown: string, maxLength: number): string {
  const text = scrubSecrets(markdown.slice(0, maxLength).toWellFormed())
    .replaceAll("\r\n", "\n")
    .replaceAll(unseen, "");
  return text
    .split(code)
    .map((part, index) => (index % 2 === 1 ? part : cleanProse(part)))
    .join("")
    .trim();
}
