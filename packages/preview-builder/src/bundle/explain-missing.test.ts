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
