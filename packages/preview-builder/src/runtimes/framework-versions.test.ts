import { afterAll, describe, expect, test } from "vitest";
import { readPackageJson } from "#project/package-json.ts";
import { createProjectFiles } from "#project/project-files.ts";
import { frameworkVersion } from "#runtimes/framework-versions.ts";
import { createTestBuilder, manifestOf } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

async function packageJsonOf(dependencies: Readonly<Record<string, string>>) {
  const { files, blobs } = manifestOf({ "package.json": JSON.stringify({ dependencies }) });
  const readBlob = (sha256: string) => Promise.resolve(blobs.get(sha256) ?? new Uint8Array());
  return readPackageJson(createProjectFiles({ files, readBlob, maxInputBytes: 1e6 }));
}

describe("frameworkVersion", () => {
  test.each([
    ["^19.0.0", 19],
    ["^18.2.0", 18],
    ["~17.0.2", 17],
    ["16.14.0", 16],
    ["^15.6.2", 15],
    [">=16.8", 19],
    ["^16.8 || ^17 || ^18", 18],
    ["npm:react@^17.0.0", 17],
    ["workspace:^18.0.0", 18],
    ["latest", 19],
    ["*", 19],
    ["19.0.0-rc.1", 19],
    ["catalog:", 19],
  ])("react %s means React %i", async (range, major) => {
    const version = frameworkVersion("react", await packageJsonOf({ react: range }));
    expect(version).toMatchObject({ major, label: `React ${major}`, warning: undefined });
  });

  test.each([
    ["^0.14.0", 15],
    ["^25.0.0", 19],
  ])("what is not here is told: react %s is shown with React %i", async (range, major) => {
    const version = frameworkVersion("react", await packageJsonOf({ react: range }));
    expect(version.major).toBe(major);
    expect(version.warning).toMatchObject({ file: "package.json", text: expect.stringContaining(range) as unknown });
  });
});

describe("a project's frameworks", () => {
  test("a module that its version does not have is told with the version that is asked for", async () => {
    const { details } = await builder.failure({
      "package.json": JSON.stringify({ dependencies: { react: "^17.0.0", "react-dom": "^17.0.0" } }),
      "index.jsx": `import { createRoot } from "react-dom/client";\ncreateRoot(document.body);`,
    });
    expect(details[0]?.text).toBe(
      `React 17 has no module "react-dom/client". package.json asks for react-dom "^17.0.0".`,
    );
  });

  test("React Native is shown with a React that it works with", async () => {
    const { manifest, warnings } = await builder.page({
      "package.json": JSON.stringify({ dependencies: { react: "17.0.2", "react-native": "0.66.0" } }),
      "App.js": `import { Text } from "react-native"; export default () => <Text>hi</Text>;`,
    });
    expect(manifest.kind_label).toBe("React Native app (React 18)");
    expect(manifest.runtimes).toEqual(["page", "react-18", "react-native"]);
    expect(warnings[0]?.text).toContain("shown with React 18");
  });

  test("in a project of Preact what is written for React gets Preact", async () => {
    const { manifest } = await builder.page({
      "package.json": JSON.stringify({ dependencies: { preact: "^10.0.0" } }),
      "index.jsx": `import { createRoot } from "react-dom/client"; createRoot(document.body).render(<p>hi</p>);`,
    });
    expect(manifest).toMatchObject({ kind: "preact-script", runtimes: ["page", "preact-10", "react-as-preact-10"] });
  });

  test("a project without a framework has the parts of none", async () => {
    const { manifest } = await builder.page({ "index.ts": `document.body.append("hi");` });
    expect(manifest).toMatchObject({ kind_label: "script without a page", runtimes: ["page"] });
  });
});
