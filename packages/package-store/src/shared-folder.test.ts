import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openSharedFolder, type SharedFolder } from "#shared-folder.ts";

const root = await mkdtemp(path.join(tmpdir(), "hivesync-shared-"));
afterAll(() => rm(root, { recursive: true, force: true }));

async function add(folder: SharedFolder, names: readonly string[], bytes: number): Promise<void> {
  for (const name of names) {
    const part = await folder.partPath();
    await writeFile(part, Buffer.alloc(bytes));
    await folder.adopt(part, name);
  }
}

const namesOf = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test("a file counts as what the disk gives it, though it holds a byte", async () => {
  const directory = path.join(root, "small");
  await add(openSharedFolder(directory, 10 * 4_096), namesOf("a", 30), 1);
  expect((await readdir(directory)).length).toBeLessThanOrEqual(10);
});

test("what several processes add stays within a little more than the bytes that the folder may have", async () => {
  const directory = path.join(root, "several");
  const maxBytes = 1_000_000;
  const [one, other] = [openSharedFolder(directory, maxBytes), openSharedFolder(directory, maxBytes)];
  for (let round = 0; round < 30; round += 1) {
    await add(one, namesOf(`one${round}-`, 3), 10_000);
    await add(other, namesOf(`other${round}-`, 3), 10_000);
    expect((await readdir(directory)).length).toBeLessThanOrEqual(120);
  }
  expect((await readdir(directory)).length).toBeGreaterThan(70);
});
