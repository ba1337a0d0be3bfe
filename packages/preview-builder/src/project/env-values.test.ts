import { homedir } from "node:os";
import { afterAll, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

test("values of .env files are in pages and scripts: the later file wins, a value may name another, and only public names are there", async () => {
  const { text } = await builder.page(
    {
      "index.html": `<title>%VITE_TITLE%</title><p>%SECRET% 100%</p><script type="module" src="main.ts"></script>`,
      "main.ts": `console.log(import.meta.env.VITE_URL, process.env.NEXT_PUBLIC_KEY, process.env.EXPO_PUBLIC_A, process.env.SECRET, import.meta.env);`,
      ".env":
        "HOST=api.example\nVITE_TITLE=From env\nVITE_URL=https://${HOST}/v1/${PATH:-none}\nNEXT_PUBLIC_KEY=one\nEXPO_PUBLIC_A=$HOME\nSECRET=hidden-value\n",
      ".env.production": "NEXT_PUBLIC_KEY=two\n",
    },
    { mode: "production" },
  );
  for (const found of ["<title>From env</title>", `"https://api.example/v1/none"`, `"two"`, "%SECRET% 100%"])
    expect(text).toContain(found);
  expect(text).not.toContain("hidden-value");
  expect(text).not.toContain(homedir());
  expect(text).not.toContain(`"one"`);
});
