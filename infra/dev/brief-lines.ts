const shownLines = 4;
const maxLineLength = 240;

/** A line of one of our logs as a person would say it; any other line as it is. */
function plain(line: string): string {
  try {
    const { event_type, metadata } = JSON.parse(line) as {
      event_type?: unknown;
      metadata?: { error?: { message?: unknown } };
    };
    if (typeof event_type !== "string") return line;
    const message = metadata?.error?.message;
    return typeof message === "string" ? `${event_type}: ${message}` : event_type;
  } catch {
    return line;
  }
}

/** The lines of a log's end that tell most likely why the process ended: its last error, without the rest of the stack, else the last lines. */
export function briefLines(lines: readonly string[]): string {
  const useful = lines.filter((line) => line.trim() !== "" && !/^\s+(at |errno:|code:|syscall:)/.test(line));
  const lastError = useful.findLastIndex((line) => /Error\b|ERROR|FATAL/.test(line));
  const chosen = useful.slice(lastError === -1 ? -shownLines : lastError).slice(0, shownLines);
  return chosen.map((line) => `    ${plain(line).slice(0, maxLineLength)}`).join("\n");
}
