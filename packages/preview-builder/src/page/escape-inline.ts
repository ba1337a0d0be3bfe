/**
 * Makes script text safe inside a `<script>` element: neither `</script` nor `<!--` (after which the parser looks for
 * ends in another way) may stand in it. Both occur in strings, templates, patterns and comments only, where the escape
 * means the same. Nothing moves to another line.
 */
export function escapeScript(code: string): string {
  return code.replaceAll(/<\/(script)/gi, "<\\/$1").replaceAll("<!--", "\\x3C!--");
}

/** The same for style text inside a `<style>` element. */
export function escapeStyle(css: string): string {
  return css.replaceAll(/<\/(style)/gi, "<\\/$1");
}
