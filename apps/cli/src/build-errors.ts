interface BuildErrorRow {
  file?: string | null;
  line?: number | null;
  /** From 1. */
  column?: number | null;
  text?: string;
  line_text?: string | null;
}

/** The rows of a failed build as a compiler prints them: place, reason, the line, and a caret under the column. */
export function formatBuildErrors(details: unknown): string {
  if (!Array.isArray(details)) return "";
  return (details as BuildErrorRow[]).map((row) => `\n${formatRow(row)}`).join("\n");
}

function formatRow({ file, line, column, text = "", line_text: lineText }: BuildErrorRow): string {
  if (!file) return text;
  const place = [file, line, column].filter((part) => part !== null && part !== undefined).join(":");
  const head = `${place}: ${text}`;
  if (!lineText || !line) return head;
  const gutter = `  ${line} | `;
  const lines = [head, "", `${gutter}${lineText}`];
  if (column) lines.push(`${" ".repeat(gutter.length - 2)}| ${indentTo(lineText, column)}^`);
  return lines.join("\n");
}

// Tabs stay tabs, so that the caret stands right however wide the terminal draws them.
function indentTo(lineText: string, column: number): string {
  return lineText.slice(0, column - 1).replaceAll(/[^\t]/gu, " ");
}
