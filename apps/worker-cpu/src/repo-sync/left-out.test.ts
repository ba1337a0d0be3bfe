import { repoLimits } from "@hivesync/contracts/jobs/repo-sync";
import { sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRepoBench, type RepoBench } from "#testing/repo-bench.ts";
import type { RunningWorkerCpu } from "#testing/start-worker-cpu.ts";

let repos: RepoBench;
let worker: RunningWorkerCpu;

beforeAll(async () => {
  repos = await createRepoBench();
  worker = await repos.startWorker();
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await repos[Symbol.asyncDispose]();
});

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

describe("files that cannot be mirrored", () => {
  test("are left out and named with the reason, and the others are there", async () => {
    const team = await repos.newTeam();
    const repository = await repos.server.create("hostile.git");
    await repository.commit({
      files: {
        "good.txt": "good",
        "aux.txt": "a device on Windows",
        "back\\slash.txt": "x",
        "bidi\u202Etxt.exe": "x",
        "bell\u0007.txt": "x",
        "dot./inner.txt": "x",
        "Case.txt": "upper",
        "case.txt": "lower",
        link: "/etc/passwd",
        sub: "5f3c1d0b8a7e46c2953d1f0e8b7a6c5d4e3f2a1b",
        "large.psd": pointer,
        "not-a-pointer.txt": `A file about ${pointer}`,
      },
      modes: { link: "120000", sub: "160000" },
    });
    const { manifest, log, body } = await repos.sync({ team, name: "hostile.git" });
    expect(body.status).toBe("SUCCESS");
    expect(manifest?.files.map(({ path }) => path)).toEqual(["Case.txt", "good.txt", "not-a-pointer.txt"]);
    expect(manifest?.left_out).toEqual([
      { path: "aux.txt", reason: "reserved_name" },
      { path: "back\\slash.txt", reason: "backslash" },
      { path: "bell\u0007.txt", reason: "control_character" },
      { path: "bidi\u202Etxt.exe", reason: "invisible_character" },
      { path: "case.txt", reason: "collision" },
      { path: "dot./inner.txt", reason: "trailing_dot_or_space" },
      { path: "large.psd", reason: "lfs_pointer" },
      { path: "link", reason: "symlink" },
      { path: "sub", reason: "submodule" },
    ]);
    // As a terminal may be shown it.
    expect(log).toContain(String.raw`"bell\u0007.txt": control_character`);
  });

  test("are also those that git's own tools would refuse to make: paths that lead out, .git, and names that are not UTF-8", async () => {
    const team = await repos.newTeam();
    const repository = await repos.server.create("crafted.git");
    const blob = await repository.git(["hash-object", "-w", "--stdin"], "content");
    const entry = (mode: string, name: Buffer | string, oid: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(oid, "hex")]);
    const tree = async (...entries: Buffer[]): Promise<string> =>
      repository.git(["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], Buffer.concat(entries));
    const inner = await tree(entry("100644", "evil", blob));
    const root = await tree(
      entry("40000", "..", inner),
      entry("40000", ".git", inner),
      entry("100644", Buffer.from([0x66, 0xff]), blob),
      entry("100644", "good.txt", blob),
    );
    const commit = await repository.git(["commit-tree", root, "-m", "crafted"]);
    await repository.git(["update-ref", "refs/heads/main", commit]);
    const { manifest } = await repos.sync({ team, name: "crafted.git" });
    expect(manifest?.files.map(({ path }) => path)).toEqual(["good.txt"]);
    expect(manifest?.left_out).toEqual([
      { path: "../evil", reason: "dot_segment" },
      { path: ".git/evil", reason: "git_directory" },
      { path: "f\uFFFD", reason: "not_utf8" },
    ]);
  });

  test("are those above the largest size, which are neither read nor uploaded", async () => {
    const team = await repos.newTeam();
    const repository = await repos.server.create("large-file.git");
    const large = Buffer.alloc(repoLimits.maxFileBytes + 1);
    const kept = Buffer.alloc(3 * 1024 * 1024, "beyond what is held in memory");
    await repository.commit({ files: { "large.bin": large, "kept.bin": kept } });
    const ended = await repos.sync({ team, name: "large-file.git" });
    expect(ended.manifest?.left_out).toEqual([{ path: "large.bin", reason: "too_large" }]);
    const stored = await repos.bench.storage.get(objectKeys.blob(team.teamId, sha256Hex(kept)));
    expect(ended.manifest?.files.map(({ sha256 }) => sha256)).toEqual([sha256Hex(kept)]);
    expect(stored?.length).toBe(kept.length);
  });
});
