import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import path from "node:path";
import { fileListSchema } from "@hivesync/contracts/paths";
import { describe, expect, test } from "vitest";
import { hashFiles } from "./hash-files.ts";
import type { HashProgress } from "./hash-files.ts";
import { scanDirectory } from "./scan-directory.ts";
import { testFolder } from "./test-folder.ts";

const sha256 = (contents: string) => createHash("sha256").update(contents).digest("hex");
const megabyte = randomBytes(500_000).toString("hex");

describe("hashFiles", () => {
  test("gives each file's path, SHA-256 and size, in the order of the list", async () => {
    const contents: Record<string, string> = { "empty.txt": "", "a.ts": "héllo", "big.bin": megabyte };
    for (let index = 0; index < 50; index += 1) contents[`many/${index}.ts`] = `file ${index}`;
    await using folder = await testFolder(contents);
    const { files } = await scanDirectory(folder.path);
    const manifest = await hashFiles(files.toReversed());
    const expected = files.toReversed().map(({ path }) => {
      const text = contents[path] ?? "";
      return { path, sha256: sha256(text), size: Buffer.byteLength(text) };
    });
    expect(manifest).toEqual(expected);
    expect(fileListSchema({ max: 100 }).parse(manifest)).toEqual(manifest);
  });

  test("a file that changes while it is read is read again, and the entry is that of the new state", async () => {
    await using folder = await testFolder({ "big.bin": megabyte });
    const { files } = await scanDirectory(folder.path);
    let changed = false;
    const onProgress = () => {
      if (!changed) appendFileSync(path.join(folder.path, "big.bin"), "more");
      changed = true;
    };
    expect(await hashFiles(files, { onProgress })).toEqual([
      { path: "big.bin", sha256: sha256(`${megabyte}more`), size: megabyte.length + 4 },
    ]);
  });

  test("a file rewritten with the same size while it is read is noticed", async () => {
    await using folder = await testFolder({ "big.bin": megabyte });
    const { files } = await scanDirectory(folder.path);
    const rewritten = megabyte.toUpperCase();
    let changed = false;
    const onProgress = () => {
      if (!changed) writeFileSync(path.join(folder.path, "big.bin"), rewritten);
      changed = true;
    };
    expect((await hashFiles(files, { onProgress }))[0]?.sha256).toBe(sha256(rewritten));
  });

  test("a file that never stops changing is an error that names it", async () => {
    await using folder = await testFolder({ "app.log": megabyte });
    const { files } = await scanDirectory(folder.path);
    const onProgress = () => appendFileSync(path.join(folder.path, "app.log"), "x".repeat(300_000));
    await expect(hashFiles(files, { onProgress })).rejects.toThrow(/app\.log keeps changing while it is read/u);
  });

  test("a file that is gone, or has become a link or a folder, is an error that names it", async () => {
    await using folder = await testFolder({ "a.ts": "1", "b/c.ts": "2" });
    const at = (name: string) => ({ path: name, absolutePath: path.join(folder.path, name) });
    await rm(at("a.ts").absolutePath);
    await expect(hashFiles([at("a.ts")])).rejects.toThrow(/Cannot read .*a\.ts: it does not exist/u);
    await symlink(at("b/c.ts").absolutePath, at("a.ts").absolutePath);
    await expect(hashFiles([at("a.ts")])).rejects.toThrow(/Cannot read .*a\.ts: it is a symbolic link/u);
    await expect(hashFiles([at("b")])).rejects.toThrow(/b is not a regular file/u);
  });

  test("reports files and bytes as it goes", async () => {
    await using folder = await testFolder({ "a.ts": "12345", "b.ts": "123" });
    const { files } = await scanDirectory(folder.path);
    const reports: HashProgress[] = [];
    await hashFiles(files, { onProgress: (report) => reports.push(report) });
    expect(reports.at(-1)).toEqual({ filesHashed: 2, filesTotal: 2, bytesRead: 8 });
    expect(
      reports.every((report, index) => index === 0 || report.bytesRead >= (reports[index - 1]?.bytesRead ?? 0)),
    ).toBe(true);
  });

  test("stops when it is aborted, in the middle of a file too", async () => {
    await using folder = await testFolder({ "big.bin": megabyte });
    const { files } = await scanDirectory(folder.path);
    await expect(hashFiles(files, { signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
    const controller = new AbortController();
    const reports: HashProgress[] = [];
    const onProgress = (report: HashProgress) => {
      reports.push(report);
      controller.abort(new Error("stopped later"));
    };
    await expect(hashFiles(files, { signal: controller.signal, onProgress })).rejects.toThrow("stopped later");
    expect(reports.at(-1)?.bytesRead).toBeLessThan(megabyte.length);
  });
});
