import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const page = (head: string, body: string): string =>
  `<!doctype html>\n<html><head>\n${head}\n</head><body>\n${body}\n</body></html>`;

describe("Tailwind as a script of another server", () => {
  test("version 3 is compiled with the page's own config and plugins, and the script is left out", async () => {
    const { text, warnings, log } = await builder.page({
      "index.html": page(
        `<script src="https://cdn.tailwindcss.com?plugins=forms,typography"></script>
<script>
  const sea = "#0a7ea4";
  tailwind.config = { theme: { extend: { colors: { sea, leaf: tailwind.colors.emerald }, screens: { wide: "1000px" } } } };
</script>`,
        `<p class="text-sea wide:p-7 bg-leaf-500 prose">hello</p><script src="a.js"></script>`,
      ),
      "a.js": `document.body.className = "grid gap-[13px]";`,
    });
    expect(warnings).toEqual([]);
    expect(log).toContain(`"https://cdn.tailwindcss.com?plugins=forms,typography" is left out: Tailwind 3 is compiled`);
    expect(text).not.toContain("cdn.tailwindcss.com");
    for (const part of [
      ".text-sea",
      "10 126 164",
      ".wide\\:p-7",
      "1000px",
      ".bg-leaf-500",
      ".prose",
      ".gap-\\[13px\\]",
    ]) {
      expect(text).toContain(part);
    }
  });

  test.each([
    "https://cdn.jsdelivr.net/npm/@tailwindcss/browser@4",
    "https://unpkg.com/@tailwindcss/browser@4.1.0/dist/index.global.js",
  ])("version 4 is compiled with the page's own theme: %s", async (src) => {
    const { text, warnings } = await builder.page({
      "index.html": page(
        `<script src="${src}"></script>
<style type="text/tailwindcss">
  @theme { --color-clifford: #da373d; }
  @utility card-like { @apply p-4; }
</style>`,
        `<h1 class="text-clifford card-like hover:underline">hello</h1>`,
      ),
    });
    expect(warnings).toEqual([]);
    expect(text).not.toContain("@tailwindcss/browser");
    for (const part of ["--color-clifford: #da373d", ".text-clifford", ".card-like", ".hover\\:underline"])
      expect(text).toContain(part);
  });

  test("what a config takes from elsewhere is left out with a warning, and the rest counts", async () => {
    const { text, warnings } = await builder.page({
      "index.html": page(
        `<script src="https://cdn.tailwindcss.com"></script>
<script>tailwind.config = { theme: { extend: { colors: { own: "#123456", other: readColor() } } } };</script>`,
        `<p class="text-own">hello</p>`,
      ),
    });
    expect(text).toContain(".text-own");
    expect(warnings).toMatchObject([{ file: "index.html", line: 4 }]);
  });

  test("a mistake in a style for it is told at its place in the page", async () => {
    const { details } = await builder.failure({
      "index.html": page(
        `<script src="https://cdn.tailwindcss.com"></script>
<style type="text/tailwindcss">
  .card { @apply no-such-class; }
</style>`,
        `<p class="mt-4 card">hello</p>`,
      ),
    });
    expect(details[0]).toMatchObject({ file: "index.html", line: 5, line_text: "  .card { @apply no-such-class; }" });
  });
});

describe("a page's own <style>", () => {
  test("gets what Tailwind makes of it, where the project uses Tailwind", async () => {
    const { text } = await builder.page({
      "package.json": JSON.stringify({ devDependencies: { tailwindcss: "^4.0.0" } }),
      "index.html": page(`<style>@import "tailwindcss"; .own { @apply p-3; }</style>`, `<p class="own mt-5">hello</p>`),
    });
    expect(text).toContain(".mt-5");
    expect(text).not.toContain("@apply");
  });

  test("stays as it is otherwise, and a mistake in it is told at its place", async () => {
    const { text, warnings } = await builder.page({
      "index.html": page(`<style>.a { color: red }\n.b { colour: blue; top }</style>`, ""),
    });
    expect(text).toContain("colour: blue");
    expect(warnings[0]).toMatchObject({ file: "index.html", line: 4 });
  });
});
