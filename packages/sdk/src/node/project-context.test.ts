import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { readProjectContext } from "./project-context.ts";
import { testFolder } from "./test-folder.ts";

const [one, other] = ["1".repeat(40), "2".repeat(64)];

describe("git", () => {
  test("branch and commit are read as git itself tells them, also in a linked work tree", async () => {
    await using folder = await testFolder({ "repo/a.txt": "a" });
    const repo = path.join(folder.path, "repo");
    const git = async (cwd: string, ...args: string[]): Promise<string> => {
      const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"];
      return (await promisify(execFile)("git", [...identity, ...args], { cwd })).stdout.trim();
    };
    await git(repo, "init", "-q");
    expect(await readProjectContext(repo)).toEqual({ git_branch: "main" });
    await git(repo, "add", ".");
    await git(repo, "commit", "-qm", "first");
    const git_commit = await git(repo, "rev-parse", "HEAD");
    expect(await readProjectContext(repo)).toEqual({ git_branch: "main", git_commit });
    await git(repo, "worktree", "add", "-q", "-b", "feature/x", "../tree");
    expect(await readProjectContext(path.join(folder.path, "tree"))).toEqual({ git_branch: "feature/x", git_commit });
    await git(repo, "pack-refs", "--all");
    expect(await readProjectContext(path.join(folder.path, "tree"))).toEqual({ git_branch: "feature/x", git_commit });
    await git(repo, "checkout", "-q", "--detach");
    expect(await readProjectContext(repo)).toEqual({ git_commit });
  });

  test.each([
    [
      "a loose branch",
      { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${one}\n` },
      { git_branch: "main", git_commit: one },
    ],
    ["SHA-256", { ".git/HEAD": `${other}\n` }, { git_commit: other }],
    [
      "a packed branch",
      {
        ".git/HEAD": "ref: refs/heads/a/b",
        ".git/packed-refs": `# pack-refs\n${other} refs/heads/a\n${one} refs/heads/a/b\n^${other}\n`,
      },
      { git_branch: "a/b", git_commit: one },
    ],
    ["a HEAD of another form", { ".git/HEAD": "root:x:0:0\n" }, {}],
    ["a HEAD that leads out", { ".git/HEAD": "ref: refs/heads/../../../secret", secret: one }, {}],
    [
      "a branch file of another form",
      { ".git/HEAD": "ref: refs/heads/main", ".git/refs/heads/main": "root:x" },
      { git_branch: "main" },
    ],
    ["a .git file that leads to nothing", { ".git": "gitdir: ../nowhere\n" }, {}],
    ["no repository", {}, {}],
  ])("%s", async (_what, files, expected) => {
    await using folder = await testFolder({ "index.html": "", ...(files as Record<string, string>) });
    expect(await readProjectContext(folder.path)).toEqual(expected);
  });

  test("a link in place of a file is not followed", async () => {
    await using folder = await testFolder({ ".git/config": "", real: `${one}\n` });
    await symlink(path.join(folder.path, "real"), path.join(folder.path, ".git/HEAD"));
    expect(await readProjectContext(folder.path)).toEqual({});
  });
});

describe("the package manager", () => {
  test.each([
    ["pnpm-lock.yaml", "pnpm"],
    ["yarn.lock", "yarn"],
    ["bun.lock", "bun"],
    ["package-lock.json", "npm"],
  ])("is known by %s", async (file, package_manager) => {
    await using folder = await testFolder({ [file]: "" });
    expect(await readProjectContext(folder.path)).toEqual({ package_manager });
  });

  test("is the one that package.json names, before any lockfile", async () => {
    await using folder = await testFolder({
      "package.json": '{"packageManager":"yarn@4.1.0"}',
      "package-lock.json": "",
    });
    expect(await readProjectContext(folder.path)).toEqual({ package_manager: "yarn" });
  });

  test("of a repository is that of each folder in it, and none of what lies above it", async () => {
    await using folder = await testFolder({
      "package-lock.json": "",
      "repo/.git/HEAD": "ref: refs/heads/main",
      "repo/pnpm-lock.yaml": "",
      "repo/apps/web/index.html": "",
      "plain/index.html": "",
    });
    const web = await readProjectContext(path.join(folder.path, "repo/apps/web"));
    expect(web).toEqual({ git_branch: "main", package_manager: "pnpm" });
    expect(await readProjectContext(path.join(folder.path, "plain"))).toEqual({});
  });
});

describe("the framework", () => {
  test.each([
    [{ dependencies: { react: "19", next: "16" } }, "Next.js"],
    [{ dependencies: { "react-native": "0.82", react: "19", expo: "54" } }, "Expo"],
    [{ dependencies: { "react-native": "0.82", react: "19" } }, "React Native"],
    [{ dependencies: { react: "19" }, devDependencies: { vite: "8" } }, "React"],
    [{ devDependencies: { svelte: "5", "@sveltejs/kit": "2" } }, "SvelteKit"],
    [{ dependencies: { vue: "3" } }, "Vue"],
    [{ dependencies: { lodash: "4" } }, undefined],
  ])("of %j is %s", async (contents, framework) => {
    await using folder = await testFolder({ "package.json": JSON.stringify(contents) });
    expect((await readProjectContext(folder.path)).framework).toBe(framework);
  });

  test.each(["{", "[]", '{"dependencies":7}', "null"])("a package.json that holds %s tells nothing", async (text) => {
    await using folder = await testFolder({ "package.json": text });
    expect(await readProjectContext(folder.path)).toEqual({});
  });
});
