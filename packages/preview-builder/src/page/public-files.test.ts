import { afterAll, describe, expect, test } from "vitest";
import { PIXEL_PNG, createTestBuilder } from "#testing/test-builder.ts";

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
        `export default () => ["package.json", "/src/App.jsx", ".env", "/dist/a.js", "vite.config.js"].map((name) => fetch(name));`,
      ),
      ".env": "SECRET=1",
      "dist/a.js": "built();",
      "vite.config.js": "export default {};",
    });
    expect(text).not.toContain("servePublicFiles");
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
