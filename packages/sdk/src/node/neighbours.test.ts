import { describe, expect, test } from "vitest";
import { findNeighbours } from "./neighbours.ts";

const files = [
  "src/App.tsx",
  "src/App.css",
  "src/App.test.tsx",
  "src/theme.ts",
  "src/parts/index.ts",
  "src/b.json",
  "lib/c.js",
  "src/d.scss",
  "App.md",
];
const neighboursOf = (text: string, file = "src/App.tsx"): string[] => findNeighbours({ file, text, files });
const beside = ["src/App.css", "src/App.test.tsx"];

describe("findNeighbours", () => {
  test.each([
    ['import { theme } from "./theme";', ["src/theme.ts"]],
    ["import { theme } from './theme.js';", ["src/theme.ts"]],
    ['export * from "./parts";', ["src/parts/index.ts"]],
    ['const b = require("./b.json");', ["src/b.json"]],
    ['const c = await import("../lib/c.js");', ["lib/c.js"]],
    ['import "./d.scss?inline";', ["src/d.scss"]],
    ['@import "./d.scss";', ["src/d.scss"]],
    ['import {\n  one,\n  two,\n} from "./theme";', ["src/theme.ts"]],
    ['import react from "react";', []],
    ['import x from "./none";', []],
    ['import x from "../../etc/passwd";', []],
    ['const text = "./theme";', []],
  ])("%s", (text, imported) => {
    expect(neighboursOf(text)).toEqual([...imported, ...beside]);
  });

  test("names each once, what is imported first, and never the file itself", () => {
    const text = 'import "./App.css"; import "./theme"; import "./theme.ts"; import "./App";';
    expect(neighboursOf(text)).toEqual(["src/App.css", "src/theme.ts", "src/App.test.tsx"]);
  });

  test("names at most 20", () => {
    const many = Array.from({ length: 30 }, (_, number) => `src/f${number}.ts`);
    const text = many.map((file) => `import "./${file.slice(4)}";`).join("\n");
    expect(findNeighbours({ file: "src/App.tsx", text, files: many })).toEqual(many.slice(0, 20));
  });

  test("takes a file without a base name for nobody's neighbour", () => {
    expect(findNeighbours({ file: ".a", text: "", files: [".a", ".b"] })).toEqual([]);
  });
});
