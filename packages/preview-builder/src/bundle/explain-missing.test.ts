import { afterAll, describe, expect, test } from "vitest";
import type { PreviewPlatform } from "#build-result.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const ALIAS = `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`;

/** What a project is told that imports this, and nothing else. */
async function told(specifier: string, more: TestProject, platform: PreviewPlatform = "web") {
  const project = { "index.js": `import x from "${specifier}";\nconsole.log(x);`, "package.json": "{}", ...more };
  const { details } = await builder.failure(project, { platform });
  expect(details[0]).toMatchObject({ file: "index.js", line: 1, column: 15 });
  return details[0]?.text;
}

describe("a file that only other platforms have", () => {
  test.each([
    {
      has: "for the web",
      specifier: "./src/Badge",
      more: { "src/Badge.web.tsx": "" },
      platform: "ios",
      says: `The project has no file "src/Badge" for the platform ios; it has "src/Badge.web.tsx". Preview it with the platform web (--platform web).`,
    },
    {
      has: "for one of two devices",
      specifier: "./src/Badge",
      more: { "src/Badge.ios.tsx": "", "src/Badges.tsx": "" },
      platform: "android",
      says: `The project has no file "src/Badge" for the platform android; it has "src/Badge.ios.tsx". Preview it with the platform ios (--platform ios).`,
    },
    {
      has: "for devices, by an alias",
      specifier: "@/Badge",
      more: { "src/Badge/index.native.tsx": "", "tsconfig.json": ALIAS },
      platform: "web",
      says: `The project has no file "@/Badge" for the platform web; it has "src/Badge/index.native.tsx". Preview it with the platform ios or android (--platform ios).`,
    },
  ] as const)("$has is told with the platform to take", async ({ specifier, more, platform, says }) => {
    expect(await told(specifier, more, platform)).toBe(says);
  });
});

describe("a name that looks like an alias", () => {
  test.each([
    { specifier: "@/lib/x", file: "src/lib/x.ts", begin: "@/", paths: `"@/*": ["./src/*"]` },
    { specifier: "~/y", file: "y/index.js", begin: "~/", paths: `"~/*": ["./*"]` },
    { specifier: "@/nope", begin: "@/", paths: `"@/*": ["./*"]` },
    { specifier: "@/nope", has: "src/other.ts", begin: "@/", paths: `"@/*": ["./src/*"]` },
    { specifier: "src/z", file: "src/z.ts", paths: `"src/*": ["./src/*"]` },
    { specifier: "components/Card", file: "src/components/Card.tsx", paths: `"components/*": ["./src/components/*"]` },
    {
      specifier: "@components/Card",
      file: "src/components/Card.tsx",
      paths: `"@components/*": ["./src/components/*"]`,
    },
    { specifier: "$lib", file: "src/lib/index.ts", paths: `"$lib": ["./src/lib"]` },
  ])(
    "$specifier is told as one, and what is told makes it one",
    async ({ specifier, file, has = file, begin, paths }) => {
      const more = has === undefined ? {} : { [has]: "export default 1;" };
      const what =
        begin === undefined
          ? `"${specifier}" is no package of package.json; it looks like an alias of a folder.`
          : `"${specifier}" is no package: names that begin with "${begin}" are usually an alias.`;
      const entry = `"compilerOptions": { "paths": { ${paths} } }`;
      const found = file === undefined ? "" : ` That finds "${file}".`;
      const says = `${what} Say where it leads in tsconfig.json (or jsconfig.json): ${entry}.${found}`;
      expect(await told(specifier, more)).toBe(says);
      if (file === undefined) return;
      const project = { "index.js": `import x from "${specifier}";\nconsole.log(x);`, "package.json": "{}", ...more };
      expect(await builder.build({ ...project, "tsconfig.json": `{ ${entry} }` })).toMatchObject({ ok: true });
    },
  );

  test("is told with the config that the project has, as that counts its paths", async () => {
    const more = { "src/lib/x.ts": "", "jsconfig.json": `{ "compilerOptions": { "baseUrl": "src" } }` };
    const entry = `"compilerOptions": { "paths": { "@/*": ["./*"] } }`;
    expect(await told("@/lib/x", more)).toContain(`Say where it leads in jsconfig.json: ${entry}.`);
  });

  test("is told as what a config makes of it where one does", async () => {
    const more = { "src/lib/date.ts": "", "tsconfig.json": ALIAS };
    expect(await told("@/lib/dat", more)).toBe(`The project has no file "src/lib/dat". Near it: "src/lib/date.ts".`);
  });

  test.each([
    ["dayjs", "dayjs", { "src/dayjs.ts": "" }],
    ["@scope/some", "@scope/some", { "src/some.ts": "" }],
    ["src/z", "src", { "src/y.ts": "" }],
  ])("and may be a package is one: %s", async (specifier, name, more) => {
    expect(await told(specifier, more)).toContain(`Package "${name}" is not in package.json.`);
  });

  test("in a package of a monorepo is told with that package's config", async () => {
    const { details } = await builder.failure({
      "package.json": `{ "workspaces": ["packages/*"] }`,
      "index.js": `import "ui";`,
      "packages/ui/package.json": `{ "name": "ui" }`,
      "packages/ui/index.js": `import "@/a";`,
      "packages/ui/src/a.js": "",
    });
    expect(details[0]?.text).toContain(
      `in packages/ui/tsconfig.json (or jsconfig.json): "compilerOptions": { "paths": { "@/*": ["./src/*"] } }. That finds "packages/ui/src/a.js".`,
    );
  });
});
