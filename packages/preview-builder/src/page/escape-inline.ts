import { parse } from "acorn";

/**
 * Makes script text safe inside a `<script>` element: neither `</script` nor `<!--` (after which the parser looks for
 * ends in another way) may stand in it. Both occur in strings, templates, patterns and comments only, where the escape
 * means the same. Nothing moves to another line.
 */
export function escapeScript(code: string): string {
  return code.replaceAll(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "\\x3C!--");
}

/**
 * The same for a classic script as its author wrote it. There `<!--` may also begin a comment to the line's end
 * (ECMAScript, annex B.1.1), which says the same with slashes.
 */
export function escapeWrittenScript(code: string): string {
  return escapeScript(code.includes("<!--") ? withSlashComments(code) : code);
}

function withSlashComments(code: string): string {
  const starts = new Set<number>();
  const onComment = (_isBlock: boolean, _text: string, start: number): void => void starts.add(start);
  try {
    parse(code, { ecmaVersion: "latest", sourceType: "script", onComment });
  } catch (error) {
    // Newer than the parser: such code has no use for these comments.
    if (error instanceof SyntaxError) return code;
    throw error;
  }
  return code.replaceAll("<!--", (opener, at: number) => (starts.has(at) ? "//--" : opener));
}

/** The same for style text inside a `<style>` element. */
export function escapeStyle(css: string): string {
  return css.replaceAll(/<\/(style)/gi, "<\\/$1");
}
