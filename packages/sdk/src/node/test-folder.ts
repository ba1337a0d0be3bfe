import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder of a test's own, with these files in it, removed at the end of its `await using` block. */
export async function testFolder(files: Record<string, string>): Promise<AsyncDisposable & { path: string }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "hivesync-sdk-")));
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), contents);
  }
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
