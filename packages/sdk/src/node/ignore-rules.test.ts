import { describe, expect, test } from "vitest";
import { IgnoreRules } from "./ignore-rules.ts";

/** Asks from the top down, as a walk does: what leaves the path, or a folder that it is in, out. */
function leftOut(path: string, ignoreFiles: Record<string, string[]>, packageFolders: readonly string[] = []) {
  const names = path.replace(/\/$/u, "").split("/");
  let rules = IgnoreRules.none;
  for (let depth = 0; depth < names.length; depth += 1) {
    const folder = names.slice(0, depth).join("/");
    rules = rules.within({
      folder,
      ignoreFiles: ignoreFiles[folder] ?? [],
      hasPackage: packageFolders.includes(folder),
    });
    const isDirectory = depth < names.length - 1 || path.endsWith("/");
    const because = rules.leavesOut({ path: names.slice(0, depth + 1).join("/"), isDirectory });
    if (because) return because;
  }
  return undefined;
}

describe("what no rule brings back", () => {
  test.each([
    ".git/config",
    "packages/a/.git",
    "node_modules/react/index.js",
    "a/b/node_modules/",
    ".hivesync/dev.json",
    "src/.DS_Store",
  ])("%s is always left out", (path) => {
    expect(leftOut(path, { "": ["!.git\n!node_modules\n!*\n!.hivesync\n"] })).toBe("always");
  });

  test.each([".gitignore", ".github/workflows/a.yml", "src/node_modules.ts", "git/a"])(
    "%s is not taken for it",
    (path) => {
      expect(leftOut(path, {})).toBeUndefined();
    },
  );
});

describe("build output", () => {
  test.each([".next/a", ".expo/a", "apps/web/.turbo/log", "a/.svelte-kit/b"])(
    "%s is left out wherever it is",
    (path) => {
      expect(leftOut(path, {})).toBe("build_output");
    },
  );

  test.each(["dist/a.js", "build/a.js", "out/a", "coverage/a"])(
    "%s is left out of the published folder itself",
    (path) => {
      expect(leftOut(path, {})).toBe("build_output");
    },
  );

  test("dist and build are left out beside a package.json, and published where sources may use the words", () => {
    expect(leftOut("packages/a/dist/a.js", {}, ["packages/a"])).toBe("build_output");
    expect(leftOut("packages/a/src/dist/a.js", {}, ["packages/a"])).toBeUndefined();
    expect(leftOut("src/build/index.ts", {}, [""])).toBeUndefined();
  });

  test("a file named like an output folder is published", () => {
    expect(leftOut("build", {})).toBeUndefined();
    expect(leftOut("out", {})).toBeUndefined();
  });

  test("an ignore file brings it back, with its contents", () => {
    expect(leftOut("dist/deep/a.js", { "": ["", "!dist\n"] })).toBeUndefined();
    expect(leftOut("packages/a/dist/a.js", { "packages/a": ["!/dist/"] }, ["packages/a"])).toBeUndefined();
  });
});

describe("ignore files", () => {
  const cases: [lines: string, ignored: string[], kept: string[]][] = [
    ["*.log", ["a.log", "x/y/a.log", "d.log/a"], ["a.log.txt"]],
    ["/a.txt", ["a.txt"], ["x/a.txt"]],
    ["x/a.txt", ["x/a.txt"], ["y/x/a.txt"]],
    ["cache/", ["cache/a", "x/cache/a"], ["cache", "x/cache"]],
    ["# a\n\\#b\n\\!c\n", ["#b", "!c"], ["# a", "a"]],
    ["doc/**/*.md", ["doc/a.md", "doc/x/y/a.md"], ["a.md"]],
    ["*\n!*.ts\n!*/", ["a.js", "x/a.js"], ["a.ts", "x/y/a.ts"]],
    ["a  \nb\\ \n", ["a", "b "], ["b"]],
    ["\uFEFFfirst\r\nsecond\r\n", ["first", "second"], []],
    ["x/\n!x/keep", ["x/keep"], []],
    ["[ab].ts\nfile?.js", ["a.ts", "file1.js"], ["c.ts", "file12.js"]],
    ["Cased", ["Cased"], ["cased"]],
    ["/\n//\n!\n", [], ["a", "x/a"]],
  ];

  test.each(cases)("%j means the same in the published folder and in one below it", (lines, ignored, kept) => {
    for (const folder of ["", "sub", "sub/[odd] *?\\#! name"]) {
      const at = (path: string) => (folder === "" ? path : `${folder}/${path}`);
      const isIgnored = (path: string) => leftOut(at(path), { [folder]: [lines] }) === "ignore_file";
      expect(ignored.filter((path) => !isIgnored(path))).toEqual([]);
      expect(kept.filter(isIgnored)).toEqual([]);
    }
  });

  test("apply to their own folder and below only", () => {
    const files = { a: ["*.ts"] };
    expect(leftOut("a/x/b.ts", files)).toBe("ignore_file");
    expect(leftOut("b.ts", files)).toBeUndefined();
    expect(leftOut("ab/b.ts", files)).toBeUndefined();
    expect(leftOut("x/a/b.ts", files)).toBeUndefined();
  });

  test("the deeper one has the last word, for a folder's contents too", () => {
    const files = { "": ["generated\n*.snap"], a: ["!generated\n!*.snap"] };
    expect(leftOut("generated/x", files)).toBe("ignore_file");
    expect(leftOut("a/generated/x/y", files)).toBeUndefined();
    expect(leftOut("a/b.snap", files)).toBeUndefined();
    expect(leftOut("b.snap", files)).toBe("ignore_file");
  });

  test("cannot bring back what lies in a folder that is left out", () => {
    expect(leftOut("a/x", { "": ["a/"], a: ["!x"] })).toBe("ignore_file");
  });

  test(".hivesyncignore has the last word over the .gitignore beside it", () => {
    expect(leftOut("a.gen.ts", { "": ["*.gen.ts", "!*.gen.ts"] })).toBeUndefined();
    expect(leftOut("a.gen.ts", { "": ["!*.gen.ts", "*.gen.ts"] })).toBe("ignore_file");
  });
});
