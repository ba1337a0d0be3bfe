import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, expect, test } from "vitest";
import type { BuildOptions } from "#build-result.ts";
import { openBuildChildren } from "#run-build-in-child.ts";
import { writeBlobs } from "#testing/test-builder.ts";

const directory = await mkdtemp(join(tmpdir(), "hivesync-kept-"));
const [roomsDirectory, modules] = [join(directory, "rooms"), join(directory, "modules")];
await mkdir(roomsDirectory);
const keptModules = { directory: modules, maxBytes: 1e9, minScripts: 0 };
const settings = {
  runtimeCacheDirectory: join(directory, "runtimes"),
  roomsDirectory,
  keptModules,
  warm: { projects: 1 },
};
const children = await openBuildChildren(settings, 1);
afterAll(async () => {
  await children[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const files = {
  "index.html": `<script type="module" src="/main.js"></script>`,
  "main.js": `import { a } from "./a"; document.title = a;`,
  "a.js": `export const a = "a";`,
};

interface Whose {
  readonly scope: string;
  readonly project: string;
  readonly options?: Partial<BuildOptions>;
}

async function madeBy({ scope, project, options }: Whose): Promise<number> {
  using place = await children.open({ options: { platform: "web", ...options }, scope, project });
  const manifest = await writeBlobs(files, place.directory);
  const result = await place.build(manifest);
  return Number(/of which (\d+) were made anew/.exec(result.log)?.[1]);
}

async function keptFiles(count: number): Promise<void> {
  await waitUntil(
    () => readdir(modules).catch(() => []),
    (names) => names.filter((name) => /^[0-9a-f]{64}$/.test(name)).length === count,
  );
}

test("a build finds what earlier ones of the same project, platform and mode kept, and nothing of any other's", async () => {
  const own: Whose = { scope: "team", project: "project" };
  expect(await madeBy(own)).toBe(3);
  await keptFiles(1);
  expect(await madeBy(own)).toBe(0);
  const others: readonly Whose[] = [
    { ...own, project: "other" },
    { ...own, scope: "other" },
    { ...own, options: { platform: "ios" } },
    { ...own, options: { mode: "development" } },
  ];
  for (const [index, other] of others.entries()) {
    expect(await madeBy(other)).toBe(3);
    await keptFiles(index + 2);
  }
  expect(await madeBy(own)).toBe(0);
});
