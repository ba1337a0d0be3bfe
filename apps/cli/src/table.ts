import type { Style } from "./output.ts";
import { widthOf } from "./text-width.ts";

interface Cell {
  text: string;
  style?: Style | undefined;
}

const gap = "  ";

/** Draws rows of as many cells each as lines, the cells of a column under one another. */
export function drawTable(rows: readonly (readonly Cell[])[], style: (style: Style, text: string) => string): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]?.text ?? ""))));
  return rows.map((row) => {
    const cells = row.map(({ text, style: own }, column) => {
      const drawn = own === undefined ? text : style(own, text);
      return drawn + " ".repeat((widths[column] ?? 0) - widthOf(text));
    });
    return cells.join(gap).trimEnd();
  });
}
