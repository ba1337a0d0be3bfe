import { expect, it } from "vitest";
import { drawTable } from "./table.ts";

const plain = { style: (_style: unknown, text: string) => text };
const cells = (...texts: string[]) => texts.map((text) => ({ text }));

it("A table's columns stand under one another, also those of writing and emoji that are two columns wide", () => {
  const rows = [cells("ID", "BRANCH", "WHEN"), cells("1", "修正/ログイン", "now"), cells("2", "fix 👩‍💻", "then")];
  expect(drawTable(rows, { width: undefined, ...plain })).toBe(
    ["ID  BRANCH         WHEN", "1   修正/ログイン  now", "2   fix 👩‍💻         then"].join("\n"),
  );
});

it.each([
  [12, "1  a reason…"],
  [13, "1  a reason…"],
  [20, "1  a reason 理由です"],
  [19, "1  a reason 理由で…"],
  [18, "1  a reason 理由…"],
  [17, "1  a reason 理由…"],
  [undefined, "1  a reason 理由です"],
])(
  "In a terminal of %s columns the last cell is cut to what is left, and no wide character is halved",
  (width, line) => {
    expect(drawTable([cells("1", "a reason 理由です")], { width, ...plain })).toBe(line);
  },
);

it("What is coloured counts by what is seen of it", () => {
  const style = (_style: unknown, text: string) => `<red>${text}</red>`;
  const rows = [cells("A", "B"), [{ text: "long", style: "red" as const }, { text: "x" }]];
  expect(drawTable(rows, { width: 80, style })).toBe("A     B\n<red>long</red>  x");
});
