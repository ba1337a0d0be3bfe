import type { EngineName } from "#engine.ts";

/** Code in a line of Markdown, whatever backticks it holds. */
export function code(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(flat) ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A code block, whatever fences the code holds. */
export function codeBlock(text: string, info = ""): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${info}\n${text}\n${fence}`;
}

/** A link to a file of the project, and to lines of it. */
export function link(label: string, path: string, lines?: { line: number; endLine: number }): string {
  const target = path
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll(/[()']/g, (char) => `%${char.charCodeAt(0).toString(16)}`))
    .join("/");
  const end = lines === undefined || lines.endLine === lines.line ? "" : `-L${String(lines.endLine)}`;
  return `[${label}](${target}${lines === undefined ? "" : `#L${String(lines.line)}${end}`})`;
}

/** Text in which nothing is Markdown. */
export function plain(text: string): string {
  return text.replaceAll(/[\\*_[\]<>#|~!]/g, String.raw`\$&`);
}

const engineLines: Readonly<Record<EngineName, string>> = {
  static: "Written by the static engine from the code alone.",
  "openai-compatible": "Written by a language model.",
  local: "Written by a local language model.",
};

export function engineLine(engine: EngineName): string {
  return engineLines[engine];
}
