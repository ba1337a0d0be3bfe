import { expect, it } from "vitest";
import { drawTable } from "./table.ts";

const cells = (...texts: string[]) => texts.map((text) => ({ text }));

it("A table's columns stand under one another, also those of writing and emoji that are two columns wide", () => {
  const rows = [cells("ID", "BRANCH", "WHEN"), cells("1", "修正/ログイン", "now"), cells("2", "fix 👩‍💻", "then")];
  expect(drawTable(rows, (_style, text) => text)).toEqual([
    "ID  BRANCH         WHEN",
    "1   修正/ログイン  now",
    "2   fix 👩‍💻         then",
  ]);
});

it("What is coloured counts by what is seen of it", () => {
  const rows = [cells("A", "B"), [{ text: "long", style: "red" as const }, { text: "x" }]];
  expect(drawTable(rows, (_style, text) => `<red>${text}</red>`)).toEqual(["A     B", "<red>long</red>  x"]);
});
