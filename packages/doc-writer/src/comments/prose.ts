// Control characters, and those that turn text around or cannot be seen, could hide what a comment says.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One paragraph of plain text, whatever an engine gave. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(unseen, "").trim();
}

/** Upper-case first letter, one full stop at the end. */
export function asSentence(text: string): string {
  const line = onOneLine(text);
  if (line === "") return "";
  const start = /^[a-z]/.test(line) && !/^[a-z]\w*[A-Z_(.]/.test(line) ? (line[0] ?? "").toUpperCase() : line[0];
  return `${start ?? ""}${line.slice(1)}${/[.!?:]$/.test(line) ? "" : "."}`;
}

/** Changes the text outside of backticks. */
export function outsideCode(text: string, change: (part: string) => string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : change(part)))
    .join("");
}

/** An `@` in prose would be a tag. */
export function withoutTags(text: string): string {
  return outsideCode(text, (part) => part.replaceAll(/(^|\s)@/g, "$1at "));
}

// A line that began with one of these would be a tag, a list, a heading or a directive.
const opensSomething = /^(?:@|\\|#|[-*+>|=~]|\d+[.)]|```|go:|:|!)/;

/** Wraps text at blanks. No line but the first begins with what would mean something there. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width || opensSomething.test(word)) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === "" ? lines : [...lines, line];
}

export interface TagLayout {
  width: number;
  indent?: string;
}

/** Wraps a tag's text; its further lines are indented. */
export function wrapTag(head: string, text: string, { width, indent = "  " }: TagLayout): string[] {
  const lead = /^ */.exec(head)?.[0] ?? "";
  const [first = "", ...rest] = wrap(`${head.trim()} ${text}`.trim(), width - lead.length);
  const tail = wrap(rest.join(" "), width - indent.length);
  return [`${lead}${first}`, ...tail.map((line) => `${indent}${line}`)];
}
