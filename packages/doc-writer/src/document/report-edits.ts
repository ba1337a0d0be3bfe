import type { EngineName } from "#engine.ts";
import { code, engineLine, link } from "#static/markdown.ts";
import type { SourceOutline } from "#symbols/outline.ts";
import type { DocEdit } from "./doc-edit.ts";

/** The Markdown of a `document` job: what was written where. */
export function reportEdits(
  engine: EngineName,
  outlines: readonly SourceOutline[],
  { edits, kept }: { edits: readonly DocEdit[]; kept: number },
): string {
  const files = outlines.filter((outline) => edits.some((edit) => edit.path === outline.path));
  const rows = files.map((outline) => {
    const count = edits.filter((edit) => edit.path === outline.path).length;
    return `- ${link(code(outline.path), outline.path)}: ${String(count)} ${count === 1 ? "comment" : "comments"}`;
  });
  const total = `${String(edits.length)} ${edits.length === 1 ? "comment" : "comments"} written`;
  const rest = kept > 0 ? `, ${String(kept)} existing kept` : "";
  return [
    `# Documentation comments`,
    "",
    engineLine(engine),
    "",
    `${total}${rest}. No code changed.`,
    "",
    ...rows,
    "",
  ].join("\n");
}
