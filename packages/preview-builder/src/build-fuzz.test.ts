import { Script, createContext } from "node:vm";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { importAssetUrls } from "#bundle/asset-urls.ts";
import { imageSize } from "#bundle/image-size.ts";
import { escapeScript, escapeStyle, escapeWrittenScript } from "#page/escape-inline.ts";
import { matchPattern } from "#project/match-pattern.ts";
import { createTestBuilder } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const fragments = [
  "<script type=module>",
  "</script>",
  "<!--",
  "<style>",
  "url(a.png)",
  '"',
  "'",
  "`",
  "${",
  "{",
  "}",
  "[",
  "(",
  "import ",
  "from ",
  "./a",
  "..",
  "/",
  "\0",
  "\u2028",
  "extends",
  ":",
  "@import ",
  "ä",
  "\ud800",
  "\n",
];
const awkwardText = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 8 })), { maxLength: 20 })
  .map((parts) => parts.join(""));

test("whatever the files hold, a build ends with a page or with rows for people, and never throws", async () => {
  const paths = [
    "index.html",
    "package.json",
    "tsconfig.json",
    "app.json",
    ".env",
    "App.tsx",
    "main.ts",
    "style.css",
    "a.png",
  ];
  const project = fc.dictionary(fc.constantFrom(...paths), awkwardText, { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(project, async (files) => {
      const linked = {
        ...files,
        "index.html": `${files["index.html"] ?? ""}<link rel=stylesheet href=style.css><script type=module src=main.ts></script>`,
      };
      const result = await builder.build(linked);
      expect(result.ok ? result.html.length : result.message.length).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
});

test("a config nested beyond measure is an error of the project", async () => {
  const files = { "index.html": "<p>hi</p>", "tsconfig.json": "[".repeat(200_000) };
  expect(await builder.failure(files)).toMatchObject({
    message: expect.stringContaining("nested too deeply") as unknown,
  });
});

test("escaped text ends no element, and a string in it still means the same", () => {
  fc.assert(
    fc.property(awkwardText, (text) => {
      expect(escapeScript(text)).not.toMatch(/<\/script|<!--/i);
      expect(escapeStyle(text)).not.toMatch(/<\/style/i);
      const literal = JSON.stringify(text).replaceAll("\u2028", "\\u2028");
      expect(new Script(escapeScript(literal)).runInContext(createContext({}))).toBe(text);
    }),
  );
});

test("a comment as in HTML stays a comment in a classic script, and a text that looks like one a text", () => {
  const code = `<!-- the old way\nresult.push("<!-- text", \`\n<!-- \${1} -->\`, /<!--/.source); <!-- late </script>\n--> the end`;
  const escaped = escapeWrittenScript(code);
  expect(escaped).not.toMatch(/<\/script|<!--/i);
  expect(escaped.split("\n").length).toBe(code.split("\n").length);
  const result: string[] = [];
  new Script(escaped).runInContext(createContext({ result }));
  expect(result).toEqual(["<!-- text", "\n<!-- 1 -->", String.raw`\x3C!--`]);
  for (const broken of ["<!-- a\nlet = ;", "<!--", "", "`<!--"]) {
    expect(escapeWrittenScript(broken)).not.toContain("<!--");
  }
});

test("asset URLs become imports without moving anything else", () => {
  const code = `const a = new URL("./a.png", import.meta.url);\nconst b = new URL('../b.svg', import.meta.url), c = 1;\n`;
  const changed = importAssetUrls(code, () => "asset");
  const [first, second] = changed.split("\n");
  expect([first?.length, second?.length]).toEqual(
    code
      .split("\n")
      .slice(0, 2)
      .map((line) => line.length),
  );
  expect(second?.indexOf("c = 1")).toBe(code.split("\n")[1]?.indexOf("c = 1"));
  expect(changed).toContain(`import __u1 from "../b.svg?url";`);
  expect(importAssetUrls(code, () => undefined)).toBe(code);
});

test("a pattern's star stands for what is between its ends", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (before, star, after) => {
      fc.pre(!`${before}${after}`.includes("*"));
      expect(matchPattern(`${before}*${after}`, `${before}${star}${after}`)).toBe(star);
    }),
  );
});

test("image sizes are read from PNG, GIF, JPEG and WebP headers; anything else has none", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d494844520000001000000020", "hex");
  const gif = Buffer.from("47494638396110002000", "hex");
  const jpeg = Buffer.from("ffd8ffe000040000ffc0001108002000100301", "hex");
  const lossy = Buffer.concat([
    Buffer.from("RIFF....WEBPVP8 ......"),
    Buffer.from("9d012a0000", "hex").subarray(0, 4),
    Buffer.from("10002000", "hex"),
  ]);
  const extended = Buffer.concat([Buffer.from("RIFF....WEBPVP8X"), Buffer.from("0a000000000000000f00001f0000", "hex")]);
  for (const bytes of [png, gif, jpeg, lossy, extended]) expect(imageSize(bytes)).toEqual({ width: 16, height: 32 });
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void imageSize(bytes)));
  expect(imageSize(Buffer.from("<svg/>"))).toBeUndefined();
});
