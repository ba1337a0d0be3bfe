import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { watchMoves } from "./follow-repository.ts";

const url = "https://github.com/example/todo";
const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];

let home: string;
let folder: string;
const ending = new AbortController();

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "hivesync-cli-moves-"));
  folder = path.join(home, "todo");
  const hosted = path.join(home, "hosted.git");
  await mkdir(folder);
  await git("init", "-q", "--bare", "-b", "main", hosted);
  await git("init", "-q", "-b", "main");
  // What is pushed goes to a folder; the address that the remote shows is the host's.
  await git("remote", "add", "origin", "git@github.com:example/todo.git");
  await git("remote", "set-url", "--push", "origin", hosted);
  await commitAndPush("one");
});

afterEach(() => rm(home, { recursive: true }));

async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", [...identity, ...args], { cwd: folder });
  return stdout.trim();
}

async function commitAndPush(message: string): Promise<void> {
  await git("commit", "-q", "--allow-empty", "-m", message);
  await git("push", "-q", "origin", "main");
}

describe("A folder whose origin is mirrored", () => {
  it("tells of each push, also of one during the sync, and of nothing else", async () => {
    using moves = await watchMoves(folder, url, ending.signal);
    expect(moves.by).toBe("after each push from the folder");
    await moves.look();
    await commitAndPush("two, while a sync is under way");
    await moves.next();

    await moves.look();
    const pushed = moves.next().then(() => git("rev-parse", "origin/main"));
    await writeFile(path.join(folder, "a.txt"), "a");
    await git("add", "a.txt");
    await git("commit", "-q", "-m", "three, not pushed");
    await git("tag", "local");
    await git("push", "-q", "origin", "main");
    expect(await pushed).toBe(await git("rev-parse", "main"));
  });

  it("tells of a push of packed refs, and from a linked work tree", async () => {
    await git("worktree", "add", "-q", "-b", "feature", path.join(home, "linked"));
    await git("pack-refs", "--all");
    using moves = await watchMoves(path.join(home, "linked"), url, ending.signal);
    await moves.look();
    const pushed = moves.next().then(() => git("rev-parse", "origin/feature"));
    await git("push", "-q", "origin", "feature");
    expect(await pushed).toBe(await git("rev-parse", "feature"));
  });

  it("ends its waiting at an abort, with the reason", async () => {
    const abort = new AbortController();
    using moves = await watchMoves(folder, url, abort.signal);
    await moves.look();
    const moved = moves.next();
    abort.abort(new Error("closed"));
    await expect(moved).rejects.toThrow("closed");
  });
});

it.each([
  ["another repository is mirrored", "https://github.com/example/other"],
  ["the address is another host's", "https://gitlab.com/example/todo"],
])("Where %s the folder tells nothing of it, and each minute counts", async (_name, other) => {
  using moves = await watchMoves(folder, other, ending.signal);
  expect(moves.by).toBe("every minute");
});

it("A folder without git is looked after every minute", async () => {
  using moves = await watchMoves(home, url, ending.signal);
  expect(moves.by).toBe("every minute");
});
