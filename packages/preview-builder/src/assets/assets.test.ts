import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const page = (script: string, more: TestProject = {}): TestProject => ({
  "index.html": `<div id="app"></div><script type="module" src="/src/main.tsx"></script>`,
  "src/main.tsx": script,
  ...more,
});

/** The head of a PNG is all that its size needs. */
function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.write("\x89PNG\r\n\x1a\n", "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

const SVG = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" class="logo" xml:space="preserve">
<title>Logo</title><script>alert(1)</script><g stroke-width="2" style="fill: red; --x: 1" onclick="alert(1)"><linearGradient id="g"/><text>hi</text></g></svg>`;

describe("images of React Native", () => {
  const app = `import { Image } from "react-native"; export default () => <Image source={require("./a.png")} />;`;

  test.each([
    [{ "a.png": png(10, 20), "a@2x.png": png(20, 40), "a@3x.png": png(30, 60) }, png(20, 40)],
    [{ "a.png": png(10, 20), "a@3x.png": png(30, 60) }, png(30, 60)],
    [{ "a@3x.png": png(31, 59) }, png(31, 59)],
    [{ "a.png": png(10, 20) }, png(10, 20)],
  ])("the variant for a dense screen is taken, and its size is in points", async (images, taken) => {
    const { text } = await builder.page({ "App.tsx": app, ...images });
    expect(text).toContain(taken.toString("base64"));
    expect(text).toContain(`"width": 10, "height": 20`);
  });
});

describe("SVG", () => {
  test("?react gives a component without scripts, whose names are React's", async () => {
    const { text } = await builder.page(
      page(`import Logo from "./logo.svg?react"; console.log(<Logo width={3} />);`, { "src/logo.svg": SVG }),
    );
    for (const code of [
      `"viewBox": "0 0 9 9"`,
      `"className": "logo"`,
      `"xmlSpace"`,
      `"strokeWidth": "2"`,
      `"fill": "red"`,
      `"--x": "1"`,
      `"linearGradient"`,
      `"Logo"`,
    ]) {
      expect(text).toContain(code);
    }
    expect(text).not.toContain("alert(1)");
  });

  test("a project of Create React App has the URL and the component of one import", async () => {
    const script = `import url, { ReactComponent as Logo } from "./logo.svg"; console.log(url, <Logo />);`;
    const { text } = await builder.page(
      page(script, { "src/logo.svg": SVG, "package.json": `{"dependencies":{"react":"*","react-scripts":"5"}}` }),
    );
    expect(text).toContain("data:image/svg+xml");
    expect(text).toContain(`"viewBox": "0 0 9 9"`);
  });

  test("a React Native app has the component where its transformer is named, else a source", async () => {
    const app = (use: string): TestProject => ({
      "App.tsx": `import { Image, View } from "react-native"; import Logo from "./logo.svg"; export default () => <View>${use}</View>;`,
      "logo.svg": SVG,
    });
    const named = {
      "package.json": `{"dependencies":{"react-native":"*"},"devDependencies":{"react-native-svg-transformer":"*"}}`,
    };
    expect((await builder.page({ ...app("<Logo width={1} />"), ...named })).text).toContain(`"viewBox": "0 0 9 9"`);
    expect((await builder.page(app("<Image source={Logo} />"))).text).toContain(`"uri": "data:image/svg+xml`);
  });

  test("a file that holds none is an error at its import", async () => {
    const { details } = await builder.failure(
      page(`import Logo from "./a.svg?react"; console.log(Logo);`, { "src/a.svg": "nothing" }),
    );
    expect(details[0]).toMatchObject({ file: "src/main.tsx", line: 1, text: `"src/a.svg" holds no <svg> element.` });
  });
});

describe("data", () => {
  test("JSON5, shaders, WebAssembly, inline styles and assets are what bundlers of pages make of them", async () => {
    const { text } = await builder.page(
      page(
        `import data from "./a.json5"; import shader from "./a.frag"; import init from "./a.wasm?init"; import css from "./a.scss?inline"; import png from "./a.png?inline"; import url from "./note.txt?url";
console.log(data, shader, init, css, png, url);`,
        {
          "src/a.json5": `// note\n{ answer: 42, 'list': [1, +2, .5,], }`,
          "src/a.frag": "void main(){}",
          "src/a.wasm": Buffer.from([0, 97, 115, 109]),
          "src/a.scss": "$c: red; .a { .b { color: $c } }",
          "src/a.png": png(1, 1),
          "src/note.txt": "x",
        },
      ),
    );
    for (const code of [
      "answer: 42",
      "void main(){}",
      "WebAssembly.instantiate",
      ".a .b {",
      "data:image/png;base64",
      "data:text/plain",
    ])
      expect(text.replaceAll(`"answer":`, "answer:")).toContain(code);
  });

  test("a fault in JSON5 has its place", async () => {
    const { details } = await builder.failure(
      page(`import a from "./a.json5"; console.log(a);`, { "src/a.json5": `{\n  a: 1,\n  b 2 }` }),
    );
    expect(details[0]).toMatchObject({ file: "src/a.json5", line: 3 });
    const call = await builder.failure(
      page(`import a from "./a.json5"; console.log(a);`, { "src/a.json5": `{ a: b() }` }),
    );
    expect(call.details[0]?.text).toContain("more than data");
  });
});

describe("import.meta.glob", () => {
  const files = {
    "src/pages/home.tsx": `export default "home-page"; export const title = "home-title";`,
    "src/pages/deep/inner.tsx": `export default "inner-page";`,
    "src/pages/home.test.tsx": `export default "test-page";`,
    "src/texts/a.md": "a-text",
  };

  test("is an object of lazy imports by their paths", async () => {
    const { text } = await builder.page(
      page(
        `const pages = import.meta.glob<{ default: string }>(["./pages/**/*.tsx", "!**/*.test.tsx"]);\nconsole.log(pages);`,
        files,
      ),
    );
    expect(text).toMatch(/"\.\/pages\/deep\/inner\.tsx": \(\) =>/);
    expect(text).toMatch(/"\.\/pages\/home\.tsx": \(\) =>/);
    expect(text).not.toContain("test-page");
  });

  test("takes options: eager, one export, a query, and paths from the root or by tsconfig", async () => {
    const script = `const titles = import.meta.glob("/src/pages/home.tsx", { eager: true, import: "title" });
const texts = import.meta.glob("@/texts/*.md", { query: "?raw", import: "default", eager: true });
console.log(titles, texts, import.meta.glob("./none/*.ts"));`;
    const { text } = await builder.page(
      page(script, { ...files, "tsconfig.json": `{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}` }),
    );
    expect(text).toMatch(/"\/src\/pages\/home\.tsx": title/);
    expect(text).toContain("a-text");
    expect(text).not.toContain("home-page");
  });

  test("one that is computed is a warning, and an error behind one keeps its line", async () => {
    const { warnings } = await builder.page(
      page(`const x = "./pages/*.tsx"; console.log(import.meta.glob(x));`, files),
    );
    expect(warnings[0]?.text).toContain("written out");
    const { details } = await builder.failure(
      page(
        `const x = import.meta.glob(\n  "./pages/*.tsx",\n  { eager: true },\n);\nimport "./gone";\nconsole.log(x);`,
        files,
      ),
    );
    expect(details[0]?.text).toContain("src/gone");
  });
});
