import { createHash } from "node:crypto";
import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createDirectorySource } from "@hivesync/sdk/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testFolder, writeFiles } from "#testing/test-desktop.ts";
import { FolderIndex } from "./folder-index.ts";
import { canBeWatched } from "./folder-watch.ts";

let folder: AsyncDisposable & { path: string };
let index: FolderIndex;

beforeEach(async () => {
  folder = await testFolder({
    "package.json": "{}",
    "src/App.tsx": "app",
    "src/deep/a.ts": "a",
    "src/deep/b.ts": "b",
    ".gitignore": "*.log\n",
    "debug.log": "x",
    ".env": "SECRET=1",
    "node_modules/react/index.js": "react",
  });
  index = new FolderIndex(folder.path);
  await index.list();
});

afterEach(async () => {
  index.close();
  await folder[Symbol.asyncDispose]();
});

const at = (name: string): string => path.join(folder.path, name);
const expectAsFresh = async (): Promise<void> => {
  const { files, secrets, skipped } = await createDirectorySource(folder.path).list({});
  expect(await index.list()).toEqual({ files, secrets, skipped });
};
// Where changes come late a folder is walked each time, which the same guarantees hold for.
const isTold = await canBeWatched(import.meta.dirname);

test("lists what the SDK lists", async () => {
  await expectAsFresh();
  const { files } = await index.list();
  expect(files.find(({ path }) => path === "src/App.tsx")).toEqual({
    path: "src/App.tsx",
    sha256: createHash("sha256").update("app").digest("hex"),
    size: 3,
  });
});

test.runIf(isTold)("a folder of 10,000 files that did not change is neither walked nor read again", async () => {
  await using large = await testFolder();
  for (let folders = 0; folders < 100; folders += 1) {
    await mkdir(path.join(large.path, `d${folders}`));
    const names = Array.from({ length: 100 }, (_, file) => path.join(large.path, `d${folders}`, `f${file}.ts`));
    await Promise.all(names.map((name) => writeFile(name, name)));
  }
  const ofLarge = new FolderIndex(large.path);
  expect((await ofLarge.list()).files).toHaveLength(10_000);
  expect(ofLarge.lastWork).toEqual({ walked: true, filesRead: 10_000 });
  await ofLarge.list();
  expect(ofLarge.lastWork).toEqual({ walked: false, filesRead: 0 });
  await appendFile(path.join(large.path, "d7/f7.ts"), "changed");
  await writeFile(path.join(large.path, "d8/new.ts"), "new");
  await rm(path.join(large.path, "d9/f9.ts"));
  const { files } = await ofLarge.list();
  expect(ofLarge.lastWork).toEqual({ walked: false, filesRead: 2 });
  expect(files).toEqual((await createDirectorySource(large.path).list({})).files);
  ofLarge.close();
});

describe("is true at once after", () => {
  const changes: readonly [what: string, change: () => Promise<unknown>][] = [
    ["a change", () => writeFile(at("src/App.tsx"), "changed")],
    ["a change of the same size", () => writeFile(at("src/App.tsx"), "paa")],
    [
      "a change with the old time put back",
      async () => {
        await writeFile(at("src/App.tsx"), "apq");
        await utimes(at("src/App.tsx"), 1, 1);
      },
    ],
    ["a new file", () => writeFile(at("src/deep/c.ts"), "c")],
    ["a deleted file", () => rm(at("src/deep/a.ts"))],
    [
      "a save as editors do it, by a new file in the old one's place",
      async () => {
        await writeFile(at("src/.App.tsx.tmp"), "saved");
        await rename(at("src/.App.tsx.tmp"), at("src/App.tsx"));
      },
    ],
    ["a renamed file", () => rename(at("src/deep/a.ts"), at("src/deep/z.ts"))],
    ["a file moved to where others lie", () => rename(at("src/deep/a.ts"), at("a.ts"))],
    ["a new folder", () => writeFiles(folder.path, { "src/new/x/y.ts": "y" })],
    ["a renamed folder", () => rename(at("src/deep"), at("src/other"))],
    ["a deleted folder", () => rm(at("src/deep"), { recursive: true })],
    [
      "a folder deleted and made again",
      async () => {
        await rm(at("src/deep"), { recursive: true });
        await writeFiles(folder.path, { "src/deep/new.ts": "new" });
      },
    ],
    [
      "a folder that became a link",
      async () => {
        await rename(at("src/deep"), at("elsewhere"));
        await symlink(at("elsewhere"), at("src/deep"));
      },
    ],
    [
      "a file that became a link",
      async () => {
        await rm(at("src/App.tsx"));
        await symlink(at("debug.log"), at("src/App.tsx"));
      },
    ],
    ["a changed ignore file", () => writeFile(at(".gitignore"), "deep/\n")],
    ["a new ignore file below", () => writeFile(at("src/.hivesyncignore"), "*.tsx\n")],
    ["a new secret", () => writeFile(at("src/.env.local"), "SECRET=2")],
    ["a secret that is one no more", () => rename(at(".env"), at("env.ts"))],
    [
      "build output beside a new package.json",
      () => writeFiles(folder.path, { "src/package.json": "{}", "src/dist/x.js": "x" }),
    ],
    ["a name that is another's on other systems", () => writeFile(at("src/app.tsx"), "twin")],
    [
      "more changes than are looked at one by one",
      () =>
        Promise.all(Array.from({ length: 1_500 }, (_, file) => writeFile(at(`src/deep/f${file}.ts`), String(file)))),
    ],
  ];

  test.each(changes)("%s", async (_what, change) => {
    await change();
    await expectAsFresh();
    await writeFile(at("src/after.ts"), "after");
    await expectAsFresh();
    await rm(at("src/after.ts"));
    await expectAsFresh();
  });
});

test.runIf(isTold)("what a publish leaves out is not looked at", async () => {
  await writeFiles(folder.path, { "node_modules/new/index.js": "new", "more.log": "x", ".git/HEAD": "x" });
  await index.list();
  expect(index.lastWork).toEqual({ walked: false, filesRead: 0 });
});

test("listings that are asked for at once are each true", async () => {
  await writeFile(at("src/App.tsx"), "one");
  const first = index.list();
  await writeFile(at("src/App.tsx"), "two");
  const [, second] = await Promise.all([first, index.list()]);
  const sha256 = createHash("sha256").update("two").digest("hex");
  expect(second.files.find(({ path }) => path === "src/App.tsx")?.sha256).toBe(sha256);
});

test("a folder that is gone is an error, and one that is back is listed anew", async () => {
  await rename(folder.path, `${folder.path}-away`);
  await expect(index.list()).rejects.toThrow("it does not exist");
  await rename(`${folder.path}-away`, folder.path);
  await expectAsFresh();
});
