import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { findPathCollisions } from "./path-collisions.ts";
import { checkPath, fileListSchema, manifestFileSchema, manifestFiles, pathSchema } from "./paths.ts";
import type { PathProblemReason } from "./paths.ts";

const refused: Record<PathProblemReason, readonly string[]> = {
  empty: [""],
  too_long: [`${"a/".repeat(512)}a`, "a".repeat(5_000_000), `${"é/".repeat(341)}éé`],
  lone_surrogate: ["a\uD800", "\uDC00.ts", "a/\uD83Db"],
  control_character: ["a\u0000b", "a\nb", "\t", "a\u007F", "a\u0085b", "a\u009F"],
  invisible_character: ["a/\u202Eb", "\uFEFFa", "a\u200Db", "a\u{E0041}"],
  unc: ["//server/share/a", "\\\\server\\share", "\\\\?\\C:\\a"],
  backslash: ["a\\b", "\\a", "a/..\\b"],
  absolute: ["/", "/etc/passwd"],
  drive_letter: ["C:/a", "c:a", "x:y"],
  colon: ["ab:c", "a/b:stream", "a/.git::$INDEX_ALLOCATION", "file:///etc/passwd", "src/:"],
  empty_segment: ["a//b", "a//"],
  trailing_slash: ["a/", "a/b/"],
  dot_segment: [".", "..", "./a", "../a", "a/../b", "a/.", "a/.."],
  segment_too_long: ["a".repeat(256), `a/${"é".repeat(128)}/b`, "😀".repeat(64)],
  trailing_dot_or_space: ["a.", "a ", "a/b.", "a. ", "a./b", "a /b", "...", " ", ".git."],
  reserved_name: [
    "con",
    "a/CON",
    "nul.txt",
    "NUL .txt",
    "Aux.tar.gz",
    "prn/a",
    "com0",
    "COM9.js",
    "lpt¹",
    "LPT³.md",
    "conin$",
    "CONOUT$.a",
  ],
  git_directory: [".git", ".git/config", "a/.GIT/b", ".Git", ".gıt/hooks", "git~1", "a/GIT~4/b", ".giT/x"],
};

const accepted = [
  "a",
  "src/App.tsx",
  ".gitignore",
  ".github/a.yml",
  ".well-known/x",
  "git",
  "a.git",
  "git~",
  "console.ts",
  "com",
  "com10",
  "lpt.d/nulls",
  "null.ts",
  "a/.con",
  "[id].tsx",
  "(group)/page.tsx",
  "@scope/x+y=z.ts",
  "a b.txt",
  " a",
  "$x",
  "~",
  "*.ts",
  "日本語/é.ts",
  "e\u0301.ts",
  "😀.png",
  "...a",
  "a..b",
  "x/..b",
  `${"a/".repeat(511)}aa`,
  "a".repeat(255),
  "é".repeat(127),
];

type Range = readonly [from: number, to: number];

const codePointsOf = (ranges: readonly Range[]) =>
  ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, offset) => String.fromCodePoint(from + offset)),
  );

const invisibleRanges: readonly Range[] = [
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

// Parts that are well formed one by one and often wrong together, so that most rules are met and some paths pass.
const piece = fc.oneof(
  fc.constantFrom(
    "a",
    "B",
    "/",
    "/",
    ".",
    "..",
    " ",
    "\\",
    ":",
    "git",
    "~1",
    "nul",
    "COM1",
    "ß",
    "é",
    "e\u0301",
    "İ",
    "ı",
    "ς",
    "\u200B",
    "\0",
  ),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);
const anyPath = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
);
const goodName = fc.stringMatching(/^[A-Za-z0-9_ß日é@[\](){}+=!#,;'$&-][A-Za-z0-9 _.ß日é@-]{0,18}[xyzßé_-]$/u);
const goodPath = fc.array(goodName, { minLength: 1, maxLength: 6 }).map((names) => names.join("/"));

const reasonOf = (candidate: string) => checkPath(candidate)?.reason;
const isAccepted = (candidate: string) => checkPath(candidate) === undefined;

const problemsOf = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message })) ?? [];
const fileAt = (path: string) => ({ path, sha256: "a".repeat(64), size: 1 });

describe("checkPath", () => {
  test.each(Object.entries(refused))("refuses with the reason %s", (reason, paths) => {
    for (const bad of paths) expect({ bad, reason: checkPath(bad)?.reason }).toEqual({ bad, reason });
  });

  test.each(accepted)("accepts %j", (good) => {
    expect(checkPath(good)).toBeUndefined();
  });

  test("refuses every invisible and text-direction code point, and no letter or emoji", () => {
    const missed = codePointsOf(invisibleRanges).filter((letter) => reasonOf(`a${letter}b`) !== "invisible_character");
    expect(missed).toEqual([]);
    expect("aЖعא漢かกि🎉€¿").toSatisfy(isAccepted);
  });

  test("refuses every control character", () => {
    const controls = codePointsOf([
      [0x00, 0x1f],
      [0x7f, 0x9f],
    ]);
    expect(controls.filter((letter) => reasonOf(`a${letter}b`) !== "control_character")).toEqual([]);
  });

  test("refuses every reserved name in any case, with any extension and with spaces before it", () => {
    const numbered = ["com", "lpt"].flatMap((name) => "0123456789¹²³".split("").map((digit) => name + digit));
    const names = ["con", "prn", "aux", "nul", "conin$", "conout$", ...numbered];
    const forms = names.flatMap((name) => [name, name.toUpperCase(), `${name}.txt`, `${name}  .tar.gz`, `a/${name}/b`]);
    expect(forms.filter((form) => reasonOf(form) !== "reserved_name")).toEqual([]);
  });

  test("judges a path of plain characters as it judges the same beside others", () => {
    const plainPiece = fc.constantFrom("a", "B", "0", "_", "-", "/", ".", "..", "git", "nul", "COM1", "x".repeat(300));
    const plainPath = fc.array(plainPiece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(fc.oneof(plainPath, goodPath), (candidate) => {
        fc.pre(candidate.length < 1_000);
        expect(isAccepted(candidate)).toBe(isAccepted(`${candidate}/é`));
      }),
      { numRuns: 2_000 },
    );
  });

  test("answers for any string, without throwing", () => {
    fc.assert(
      fc.property(anyPath, (candidate) => {
        const problem = checkPath(candidate);
        expect(problem === undefined || problem.message.length > 0).toBe(true);
      }),
    );
  });

  test("every accepted path names one file inside its root, on POSIX and on Windows, and resolves to itself", () => {
    fc.assert(
      fc.property(fc.oneof(anyPath, goodPath), (candidate) => {
        fc.pre(isAccepted(candidate));
        expect(path.posix.relative("/root", path.posix.resolve("/root", candidate))).toBe(candidate);
        expect(path.win32.relative("C:\\root", path.win32.resolve("C:\\root", candidate)).replaceAll("\\", "/")).toBe(
          candidate,
        );
        expect(path.win32.isAbsolute(candidate)).toBe(false);
      }),
    );
  });

  test("ordinary paths are accepted", () => {
    fc.assert(
      fc.property(goodPath, (good) => {
        expect(checkPath(good)).toBeUndefined();
      }),
    );
  });

  test("a path is as good as its parts, as long as it is short enough", () => {
    fc.assert(
      fc.property(anyPath, goodName, (candidate, name) => {
        fc.pre(candidate.length < 200);
        expect(isAccepted(`${name}/${candidate}`)).toBe(isAccepted(candidate));
      }),
    );
  });
});

describe("findPathCollisions", () => {
  const collide = (...paths: string[]) => findPathCollisions(paths).map(({ index }) => index);

  test.each([
    ["a.ts", "a.ts"],
    ["a.ts", "A.ts"],
    ["straße.ts", "STRASSE.ts"],
    ["STRAẞE", "strasse"],
    ["é.ts", "e\u0301.ts"],
    ["É.ts", "e\u0301.ts"],
    ["ΟΔΟΣ", "οδος"],
    ["οδοσ", "οδος"],
    ["ﬁle", "FILE"],
    ["İ", "i\u0307"],
    ["ı", "I"],
    ["ŉ", "ʼN"],
    ["ᾳ", "ΑΙ"],
    ["K", "k"],
    ["ſ", "s"],
    ["Src/a.ts", "src/A.ts"],
  ])("%j and %j collide at the later one", (first, second) => {
    expect(collide(first, second)).toEqual([1]);
    expect(collide("0", second, "b", first, "z")).toEqual([3]);
  });

  test("names of different meaning stay apart", () => {
    expect(
      collide("a", "b", "ab", "a.b", "a-b", "a b", "ä", "o", "ø", "d/a", "d/b", "D/c", "a!", "l", "1", "日", "曰"),
    ).toEqual([]);
  });

  test("a file that is also a directory of another is named, whatever the order, the case and what sorts between", () => {
    expect(collide("a", "a/b")).toEqual([0]);
    expect(collide("a/b/c", "a-x", "a.ts", "A")).toEqual([3]);
    expect(collide("a", "a/b", "a/b/c", "a/b")).toEqual([0, 1, 3]);
    expect(findPathCollisions(["x/y", "x"])).toEqual([{ index: 1, message: 'is also a directory, of "x/y"' }]);
  });

  test("letters that Unicode folds together collide", () => {
    const cased = codePointsOf([
      [0, 0xd7ff],
      [0xe000, 0x10ffff],
    ]).filter((letter) => /\p{Changes_When_Casefolded}/u.test(letter));
    // The engine's own case-insensitive matching is Unicode simple folding: an independent witness.
    const pairs = cased.flatMap((letter) =>
      [letter.toLowerCase(), letter.toUpperCase(), letter.normalize("NFD")]
        .filter((other) => other !== letter && new RegExp(`^${letter}$`, "iu").test(other))
        .map((other) => [letter, other]),
    );
    expect(pairs.length).toBeGreaterThan(1_300);
    expect(pairs.filter((pair) => findPathCollisions(pair).length !== 1)).toEqual([]);
  });

  test("a list without collisions keeps all its files on a file system that ignores case and normalization", () => {
    const fileSystems: ((name: string) => string)[] = [
      (name) => name,
      (name) => name.toLowerCase().normalize("NFC"),
      (name) => name.normalize("NFD").toUpperCase(),
      (name) => name.normalize("NFC").toLowerCase().normalize("NFD"),
    ];
    const shortPath = fc.array(
      fc.constantFrom("a", "A", "/", "ß", "ss", "SS", "é", "e\u0301", "É", "ς", "Σ", "ı", "I", "."),
      { minLength: 1, maxLength: 5 },
    );
    const list = fc.array(
      shortPath.map((parts) => parts.join("")),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(list, (candidates) => {
        const collisions = new Set(findPathCollisions(candidates).map(({ index }) => index));
        const kept = candidates.filter((candidate, index) => !collisions.has(index) && isAccepted(candidate));
        for (const nameOf of fileSystems) {
          const files = new Set(kept.map(nameOf));
          expect(files.size).toBe(kept.length);
          for (const file of files) {
            for (let end = file.indexOf("/"); end > 0; end = file.indexOf("/", end + 1))
              expect(files.has(file.slice(0, end))).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("what collides does not depend on the order or on the spelling", () => {
    fc.assert(
      fc.property(fc.array(anyPath, { maxLength: 8 }), (candidates) => {
        const count = findPathCollisions(candidates).length;
        expect(findPathCollisions([...candidates].reverse()).length).toBe(count);
        expect(findPathCollisions(candidates.map((candidate) => candidate.normalize("NFD"))).length).toBe(count);
      }),
    );
  });

  test("50,000 paths, deep ones and many equal ones too, are taken in one go", () => {
    const wide = Array.from({ length: 50_000 }, (_, index) => `src/folder${index % 100}/file${index}.ts`);
    expect(findPathCollisions(wide)).toEqual([]);
    expect(wide.every(isAccepted)).toBe(true);
    const deep = Array.from({ length: 2_000 }, (_, index) => `${"a/".repeat(505)}${index}`);
    expect(findPathCollisions(deep)).toEqual([]);
    expect(deep.every(isAccepted)).toBe(true);
    expect(findPathCollisions(Array.from({ length: 50_000 }, () => "a"))).toHaveLength(49_999);
  });

  test("messages stay short, however long the paths are", () => {
    const long = "a/".repeat(500);
    expect(findPathCollisions([`${long}a`, `${long}A`])[0]?.message.length).toBeLessThan(200);
  });
});

describe("schemas", () => {
  const input = z.strictObject({ files: fileListSchema({ max: 5 }) });

  test("an error names the file and says why", () => {
    expect(problemsOf(input, { files: [fileAt("a"), fileAt("../b")] })).toEqual([
      { path: "files.1.path", message: "must not hold . or .. as a part" },
    ]);
    expect(problemsOf(pathSchema, "a\\b")).toEqual([
      { path: "", message: "must be separated by / and hold no backslash" },
    ]);
  });

  test("a collision names the later file", () => {
    expect(problemsOf(input, { files: [fileAt("a.ts"), fileAt("b.ts"), fileAt("A.ts")] })).toEqual([
      { path: "files.2.path", message: 'is the same file as "a.ts" on some systems' },
    ]);
  });

  test("a good list comes out as it went in", () => {
    const files = [fileAt("a.ts"), fileAt("src/b.ts")];
    expect(input.parse({ files })).toEqual({ files });
  });

  test("a list is read as its files are one by one, whatever is wrong with any", () => {
    const file = fc.record(
      {
        path: fc.oneof(anyPath, fc.constant("a.ts"), fc.anything()),
        sha256: fc.oneof(fc.constant("a".repeat(64)), fc.constant("A".repeat(64)), fc.anything()),
        size: fc.oneof(fc.nat(), fc.constantFrom(-1, -0, 0.5, 2 ** 53, Number.NaN), fc.anything()),
        mode: fc.constant(7),
      },
      { requiredKeys: ["path", "sha256"] },
    );
    const sound = fc.constant(fileAt("src/a.ts"));
    const anyList = fc.array(fc.oneof(sound, file, fc.anything()), { maxLength: 4 });
    const oneByOne = z.array(manifestFileSchema);
    fc.assert(
      fc.property(fc.oneof(fc.array(sound), anyList, fc.anything()), (files) => {
        const { success, data, error } = manifestFiles().safeParse(files);
        const expected = oneByOne.safeParse(files);
        expect({ success, data, issues: error?.issues }).toEqual({
          success: expected.success,
          data: expected.data,
          issues: expected.error?.issues,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["sha256", { ...fileAt("a"), sha256: "zz" }],
    ["sha256", { ...fileAt("a"), sha256: "A".repeat(64) }],
    ["size", { ...fileAt("a"), size: -1 }],
    ["size", { ...fileAt("a"), size: 1.5 }],
    ["size", { ...fileAt("a"), size: 2 ** 53 }],
    ["path", { ...fileAt("a"), path: 1 }],
    ["", { ...fileAt("a"), mode: 7 }],
  ])("a file with a wrong %s is refused by name", (at, file) => {
    expect(problemsOf(manifestFileSchema, file).map((problem) => problem.path)).toEqual([at]);
  });

  test("a list that is too long gives one issue, before its entries are read", () => {
    expect(problemsOf(input, { files: Array.from({ length: 1_000_000 }, () => ({})) })).toEqual([
      { path: "files", message: "must hold at most 5 files" },
    ]);
  });

  test.each([[{}], [{ files: null }], [{ files: "a" }]])("%j is no list of files", (body) => {
    expect(problemsOf(input, body).map((problem) => problem.path)).toEqual(["files"]);
  });

  test("the JSON Schema of a list shows its files and its limit", () => {
    expect(z.toJSONSchema(input, { io: "input" })).toMatchObject({
      required: ["files"],
      properties: { files: { type: "array", maxItems: 5, items: { $ref: "#/$defs/ManifestFile" } } },
      $defs: { ManifestFile: { type: "object", required: ["path", "sha256", "size"] } },
    });
  });
});
