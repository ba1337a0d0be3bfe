/** A text's lines, counted from 0. A line ends with LF; a CR before it belongs to the line's end. */
export class SourceLines {
  readonly text: string;
  readonly starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    if (starts.length > 1 && starts.at(-1) === text.length) starts.pop();
    this.starts = starts;
  }

  get count(): number {
    return this.starts.length;
  }

  /** The row that holds the offset. */
  rowAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  startOf(row: number): number {
    return this.starts[row] ?? this.text.length;
  }

  /** The line with its end. */
  whole(row: number): string {
    return this.text.slice(this.startOf(row), this.startOf(row + 1));
  }

  /** The line without its end. */
  line(row: number): string {
    return this.whole(row).replace(/\r?\n$/, "");
  }

  indentOf(row: number): string {
    return /^[ \t\f\v\u00A0]*/.exec(this.line(row))?.[0] ?? "";
  }

  /** The line end to use for a new line beside this one. */
  endOf(row: number): "\n" | "\r\n" {
    const whole = this.whole(row);
    if (whole.endsWith("\n")) return whole.endsWith("\r\n") ? "\r\n" : "\n";
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }
}
