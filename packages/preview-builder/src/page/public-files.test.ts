import { afterAll, describe, expect, test } from "vitest";
import type { ResolveContext } from "#bundle/resolve-import.ts";
import { askedFiles, findPublicFiles } from "#page/public-files.ts";
import { PIXEL_PNG, createTestBuilder } from "#testing/test-builder.ts";

type Context = Pick<ResolveContext, "files" | "roots">;

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const app = (code: string) => ({
  "package.json": JSON.stringify({ dependencies: { react: "*" } }),
  "src/App.jsx": code,
});
const inputsOf = (manifest: { readonly inputs: readonly { readonly path: string }[] }): string[] =>
  manifest.inputs.map(({ path }) => path);

describe("files that code asks a server for", () => {
  test("are in the page where an address names them, and others are not even read", async () => {
    const { manifest, warnings } = await builder.page({
      ...app(`export default () => <img src="/used.png" title={"/missing.png"} />;`),
      "public/used.png": PIXEL_PNG,
      "public/unused.png": PIXEL_PNG,
    });
    expect(inputsOf(manifest)).toContain("public/used.png");
    expect(inputsOf(manifest)).not.toContain("public/unused.png");
    expect(warnings).toEqual([]);
  });

  test("a page whose code names none holds nothing for it", async () => {
    const { text } = await builder.page({
      ...app(`export default () => <p>/none.png</p>;`),
      "public/other.png": PIXEL_PNG,
    });
    expect(text).not.toContain("servePublicFiles");
  });

  test("what is imported is not put in a second time", async () => {
    const { text } = await builder.page({
      ...app(
        `import dot from "./dot.png"; import rows from "./rows.json"; export default () => <img src={dot} alt={rows[0]} />;`,
      ),
      "src/dot.png": PIXEL_PNG,
      "src/rows.json": `["one"]`,
    });
    expect(text).not.toContain("servePublicFiles");
  });

  test("the project's own configuration and source is nobody's to ask for", async () => {
    const { text } = await builder.page({
      ...app(
        `export default () => ["package.json", "/src/App.jsx", ".env", "hivesync.env", "/dist/a.js", "vite.config.js"].map((name) => fetch(name));`,
      ),
      ".env": "SECRET=1",
      "hivesync.env": "SECRET=1",
      "dist/a.js": "built();",
      "vite.config.js": "export default {};",
    });
    expect(text).not.toContain("servePublicFiles");
  });

  test("a folder's name in code puts no data of beside the code into the page, nor does its name outright", async () => {
    const beside = {
      "server/users.json": `["u"]`,
      "config/notes.md": "n",
      "config/run.js": "run();",
      "shots/a.png": PIXEL_PNG,
    };
    const { text, manifest } = await builder.page({
      ...app(
        `const of = (name) => [\`server/\${name}.json\`, "config/" + name, "shots/" + name]; export default () => [of("a"), "server/users.json", "config/run.js"];`,
      ),
      ...beside,
    });
    expect(text).not.toContain("servePublicFiles");
    expect(inputsOf(manifest).filter((path) => path in beside)).toEqual([]);
  });

  test("beside the code a picture is found by its whole name, and in the public folder data by its folder's", async () => {
    const { manifest } = await builder.page({
      ...app(
        `export default ({ name }) => [<img src="/shots/a.png" />, fetch("/data/" + name), fetch(\`/rows/\${name}-\${name}.json\`)];`,
      ),
      "shots/a.png": PIXEL_PNG,
      "shots/b.png": PIXEL_PNG,
      "public/data/deep/rows.json": "[]",
      "public/rows/a-b.json": "[]",
      "public/rows/a.json": "[]",
      "public/rows/a/b-c.json": "[]",
    });
    const found = inputsOf(manifest).filter((path) => /^(?:shots|public)\//.test(path));
    expect(found.sort()).toEqual(["public/data/deep/rows.json", "public/rows/a-b.json", "shots/a.png"]);
  });

  test("beside a plain page data is found by its whole name, and pictures by their folder's", async () => {
    const { manifest } = await builder.page({
      "index.html": `<script>fetch("rows/a.json"); const of = (name) => ["rows/" + name, "shots/" + name];</script>`,
      "rows/a.json": "[]",
      "rows/b.json": "[]",
      "shots/a.png": PIXEL_PNG,
    });
    const found = inputsOf(manifest).filter((path) => /^(?:shots|rows)\//.test(path));
    expect(found.sort()).toEqual(["rows/a.json", "shots/a.png"]);
  });

  test.each([
    ["beginnings of addresses in styles", (count: number) => "url(".repeat(count)],
    ["beginnings of what a bundler says", (count: number) => "vfs".repeat(count)],
  ])("a script of nothing but %s is looked through in its own time", async (_, hostile) => {
    const { html } = await builder.page({ "index.html": `<p>shown</p><script>/*${hostile(500_000)}*/</script>` });
    expect(Buffer.from(html).includes("shown")).toBe(true);
  });

  test("a template of gaps is compared with long names in their own time", async () => {
    const long = `${"a-".repeat(2_000)}.txt`;
    const gaps = "`/rows/${x}-${x}-${x}-${x}.json`";
    const paths = Array.from({ length: 50 }, (_, index) => `public/rows/${index}${long}`);
    const files = { paths, has: (path: string) => paths.includes(path) } as unknown as Context["files"];
    const context = { files, roots: ["."] };
    const found = await findPublicFiles([askedFiles(gaps, context)], [], context);
    expect(found).toEqual({ files: {}, warnings: [] });
  });

  test("what would make the page too large is left out and told", async () => {
    const { warnings, manifest } = await builder.page({
      ...app(`export default () => <><video src="/film.mp4" /><img src="/dot.png" /></>;`),
      "public/film.mp4": new Uint8Array(17 * 1024 * 1024),
      "public/dot.png": PIXEL_PNG,
    });
    expect(warnings.map(({ text }) => text)).toEqual([expect.stringContaining(`"/film.mp4" is left out`)]);
    expect(inputsOf(manifest)).toContain("public/dot.png");
    expect(inputsOf(manifest)).not.toContain("public/film.mp4");
  });

  test("megabytes of data in a script are looked through once", async () => {
    const { manifest } = await builder.page({
      ...app(`import film from "./film.webm"; export default () => <video src={film} poster="/dot.png" />;`),
      "src/film.webm": Buffer.alloc(6 * 1024 * 1024, "no two bytes of these are a file's name"),
      "public/dot.png": PIXEL_PNG,
    });
    expect(inputsOf(manifest)).toContain("public/dot.png");
  });
});
