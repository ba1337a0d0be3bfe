import { cutToWidth, widthOf } from "./text-width.ts";
import type { Style } from "./output.ts";

interface Cell {
  text: string;
  style?: Style | undefined;
}

/** What a table is drawn for. */
interface Screen {
  /** Columns of the terminal; undefined where nothing limits a line. */
  width: number | undefined;
  style: (style: Style, text: string) => string;
}

const gap = "  ";

/** Draws rows of as many cells each under one another. The last cell takes what the others leave of the width, and is cut there. */
export function drawTable(rows: readonly (readonly Cell[])[], { width, style }: Screen): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]?.text ?? ""))));
  const beforeLast = widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, 0);
  const longestLast = width === undefined ? Infinity : Math.max(1, width - beforeLast);
  const draw = (cell: Cell, text: string): string => (cell.style === undefined ? text : style(cell.style, text));
  return rows
    .map((row) => {
      const cells = row.map((cell, column) => {
        if (column === row.length - 1) return draw(cell, cutToWidth(cell.text, longestLast));
        return draw(cell, cell.text) + " ".repeat((widths[column] ?? 0) - widthOf(cell.text));
      });
      return cells.join(gap).trimEnd();
    })
    .join("\n");
}
