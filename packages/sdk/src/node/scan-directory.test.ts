import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { LocalFileError } from "./local-file-error.ts";
import { scanDirectory } from "./scan-directory.ts";
import { testFolder } from "./test-folder.ts";

const pathsOf = (scan: { files: { path: string }[] }) => scan.files.map((file) => file.path);

describe("scanDirectory", () => {
  test("lists the files of a folder with their size and time, sorted by path", async () => {
    await using folder = await testFolder({ "b.ts": "12345", "a/z.ts": "", "a.ts": "é", "a/b/c.ts": "1", "B.txt": "" });
    const scan = await scanDirectory(folder.path);
    expect(pathsOf(scan)).toEqual(["B.txt", "a.ts", "a/b/c.ts", "a/z.ts", "b.ts"]);
    expect(scan.files[1]).toEqual({
      path: "a.ts",
      absolutePath: path.join(folder.path, "a.ts"),
      size: 2,
      mtimeMs: expect.closeTo(Date.now(), -5),
      ctimeMs: expect.closeTo(Date.now(), -5),
      inode: expect.any(Number),
    });
    expect(scan.secrets).toEqual([]);
    expect(scan.skipped).toEqual([]);
  });

  test("the same folder gives the same list, also from a relative path and through a link to the folder", async () => {
    await using folder = await testFolder({ "app/a.ts": "1", "app/b/c.ts": "2" });
    await symlink(path.join(folder.path, "app"), path.join(folder.path, "link"));
    const expected = await scanDirectory(path.join(folder.path, "app"));
    expect(await scanDirectory(path.join(folder.path, "link"))).toEqual(expected);
    expect(await scanDirectory(path.relative(process.cwd(), path.join(folder.path, "app")))).toEqual(expected);
  });

  test("leaves out what ignore files say, at every depth, and lists build output that it left out by itself", async () => {
    await using folder = await testFolder({
      ".gitignore": "*.log\n/generated/\n",
      ".hivesyncignore": "*.psd\n!keep.log\n",
      "a.log": "",
      "keep.log": "",
      "art.psd": "",
      "generated/x.ts": "",
      "index.html": "",
      "sub/.gitignore": "/local\n!*.log\n",
      "sub/local": "",
      "sub/deep/local": "",
      "sub/b.log": "",
      "node_modules/react/index.js": "",
      ".git/HEAD": "",
      "dist/app.js": "",
      "sub/dist/app.js": "",
    });
    const scan = await scanDirectory(folder.path);
    expect(pathsOf(scan)).toEqual([
      ".gitignore",
      ".hivesyncignore",
      "index.html",
      "keep.log",
      "sub/.gitignore",
      "sub/b.log",
      "sub/deep/local",
      "sub/dist/app.js",
    ]);
    expect(scan.skipped).toEqual([{ path: "dist", reason: expect.stringContaining("!dist") }]);
  });

  test("lists what looks like a secret and never sends it, whatever the ignore files say", async () => {
    await using folder = await testFolder({
      ".gitignore": ".env\n!.env.local\n!*.pem\n!.ssh\n",
      ".env": "A=1",
      ".env.local": "",
      ".env.example": "",
      "server.pem": "",
      ".ssh/config": "",
      "a/.npmrc": "",
      "a/b.ts": "",
    });
    await symlink(path.join(folder.path, "a/b.ts"), path.join(folder.path, "link.key"));
    const scan = await scanDirectory(folder.path);
    expect(scan.secrets).toEqual([".env", ".env.local", ".ssh/", "a/.npmrc", "link.key", "server.pem"]);
    expect(pathsOf(scan)).toEqual([".env.example", ".gitignore", "a/b.ts"]);
  });

  test("follows no link and sends nothing but regular files", async () => {
    await using outside = await testFolder({ "secret.txt": "outside", ".gitignore": "*" });
    await using folder = await testFolder({ "app/a.ts": "" });
    const at = (name: string) => path.join(folder.path, "app", name);
    await symlink(path.join(outside.path, "secret.txt"), at("file-link"));
    await symlink(outside.path, at("folder-link"));
    await symlink("..", at("loop"));
    await symlink("a.ts", at("inner-link"));
    await symlink(path.join(outside.path, ".gitignore"), at(".gitignore"));
    const server = createServer().listen(at("socket"));
    await once(server, "listening");
    const scan = await scanDirectory(path.join(folder.path, "app"));
    server.close();
    expect(pathsOf(scan)).toEqual(["a.ts"]);
    expect(scan.skipped).toEqual([
      ...[".gitignore", "file-link", "folder-link", "inner-link", "loop"].map((path) => ({
        path,
        reason: "is a symbolic link",
      })),
      { path: "socket", reason: "is not a regular file" },
    ]);
  });

  test("a name that the path rules refuse is listed with the rule's message", async () => {
    await using folder = await testFolder({
      "ab:c.ts": "",
      "nul.txt": "",
      "bad./x.ts": "",
      "back\\slash": "",
      "good.ts": "",
    });
    await writeFile(Buffer.concat([Buffer.from(`${folder.path}/latin`), Buffer.from([0xe9])]), "");
    const scan = await scanDirectory(folder.path);
    expect(pathsOf(scan)).toEqual(["good.ts"]);
    expect(scan.skipped).toEqual([
      { path: "ab:c.ts", reason: "its path cannot be published: must not hold a colon" },
      { path: "back\\slash", reason: "its path cannot be published: must be separated by / and hold no backslash" },
      { path: "bad.", reason: "its path cannot be published: must not hold a part that ends with a dot or a space" },
      { path: "latin\uFFFD", reason: "its name is not valid UTF-8" },
      { path: "nul.txt", reason: expect.stringContaining("device name") },
    ]);
  });

  test("of two names that are one on other systems the later is listed and not sent", async () => {
    await using folder = await testFolder({ "Readme.md": "", "readme.md": "", "src/é.ts": "", "src/e\u0301.ts": "" });
    const scan = await scanDirectory(folder.path);
    expect(pathsOf(scan)).toEqual(["Readme.md", "src/e\u0301.ts"]);
    expect(scan.skipped.map((entry) => entry.path)).toEqual(["readme.md", "src/é.ts"]);
    expect(scan.skipped[0]?.reason).toContain('the same file as "Readme.md"');
  });

  test("a folder that is not there, or is a file, is a clear error", async () => {
    await using folder = await testFolder({ "a.ts": "" });
    await expect(scanDirectory(path.join(folder.path, "none"))).rejects.toThrow(
      /Cannot read .*none: it does not exist/u,
    );
    await expect(scanDirectory(path.join(folder.path, "a.ts"))).rejects.toThrow(
      /Cannot read .*a\.ts: it is not a folder/u,
    );
  });

  test("a folder inside that cannot be read is a clear error, not a shorter list", async () => {
    await using folder = await testFolder({ "a.ts": "", "closed/b.ts": "" });
    await chmod(folder.path, 0o755);
    await chmod(path.join(folder.path, "closed"), 0o000);
    const error = await asOrdinaryUser(() => scanDirectory(folder.path).catch((thrown: unknown) => thrown));
    await chmod(path.join(folder.path, "closed"), 0o755);
    expect(error).toBeInstanceOf(LocalFileError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/closed: permission denied$/u),
      path: path.join(folder.path, "closed"),
    });
  });

  test("reports how many files it has found, folder by folder", async () => {
    await using folder = await testFolder({ "a.ts": "", "b/c.ts": "", "b/d.ts": "" });
    const counts: number[] = [];
    await scanDirectory(folder.path, { onProgress: ({ filesFound }) => counts.push(filesFound) });
    expect(counts).toEqual([1, 3]);
  });

  test("stops when it is aborted, before and during the walk", async () => {
    await using folder = await testFolder({ "a.ts": "", "b/c.ts": "" });
    await expect(scanDirectory(folder.path, { signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow(
      "stopped",
    );
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("stopped later"));
    await expect(scanDirectory(folder.path, { signal: controller.signal, onProgress })).rejects.toThrow(
      "stopped later",
    );
  });

  test("an empty folder is an empty list", async () => {
    await using folder = await testFolder({});
    await mkdir(path.join(folder.path, "empty"));
    expect(await scanDirectory(folder.path)).toEqual({ files: [], secrets: [], skipped: [] });
  });
});

/** The superuser may read everything, so a test of permissions steps down for its while. */
async function asOrdinaryUser<Result>(work: () => Promise<Result>): Promise<Result> {
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
}
