import type { ManifestFile } from "@hivesync/preview-builder/build-result";
import { createProjectFiles } from "@hivesync/preview-builder/project/project-files";
import { readProject } from "@hivesync/preview-builder/project/read-project";
import { holdsPreviewStart } from "@hivesync/sdk/internal/previews/preview-starts";
import { expect, test } from "vitest";

const endings =
  "html htm xhtml js mjs cjs jsx mjsx cjsx ts mts cts tsx mtsx ctsx json css scss less styl vue svelte astro md mdx txt svg png wasm elm coffee pug HTML JS";
const stems = ["index", "src/index", "public/index", "App", "src/main", "app/_layout", "README", "notes"];
const paths = stems.flatMap((stem) => endings.split(" ").map((ending) => `${stem}.${ending}`));

/** Whether the builder finds something to start from in a project of one file, besides a package.json that names it. */
async function findsStart(path: string): Promise<boolean> {
  const texts = new Map([
    [path, ""],
    ["package.json", JSON.stringify({ main: path })],
  ]);
  const files = [...texts].map(([name, text]): ManifestFile => ({ path: name, sha256: name, size: text.length }));
  const readBlob = (name: string) => Promise.resolve(Buffer.from(texts.get(name) ?? ""));
  return readProject(createProjectFiles({ files, readBlob, maxInputBytes: 1_000 }), { platform: "web" }).then(
    () => true,
    (error: unknown) => !String(error).includes("Nothing to preview was found"),
  );
}

test("a client takes no folder for one without a start in which the builder finds one", async () => {
  const found = await Promise.all(paths.map(async (path) => ((await findsStart(path)) ? [path] : [])));
  const starts = found.flat();
  expect(starts).toEqual(expect.arrayContaining(["index.html", "notes.htm", "notes.mts", "src/main.vue", "App.tsx"]));
  expect(starts.filter((path) => !holdsPreviewStart([path]))).toEqual([]);
});

test("a folder without page and script is known by its names", () => {
  expect(holdsPreviewStart(["README.md", "LICENSE", "package.json", "docs/logo.svg", "styles.css"])).toBe(false);
  expect(holdsPreviewStart(["README.md", "apps/web/src/main.tsx"])).toBe(true);
});
