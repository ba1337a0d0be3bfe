/** What one order may take and give. Beyond it a file or a symbol is left as it is, and a note says so. */
export const bounds = {
  /** UTF-16 units of a file that is parsed, some 25,000 lines: its two trees take about 400 MB. Generated bundles are larger. */
  maxFileLength: 600_000,
  /** A longer line is minified code: there is no line to put a comment on. */
  maxLineLength: 20_000,
  maxSymbols: 20_000,
  /** UTF-16 units of one comment. */
  maxCommentLength: 6_000,
  /** UTF-16 units of the Markdown. */
  maxMarkdownLength: 400_000,
  maxNotes: 200,
} as const;
