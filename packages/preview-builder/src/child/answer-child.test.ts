import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { answerChild } from "#child/answer-child.ts";
import type { ChildMessage } from "#child/child-messages.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";

const directory = await mkdtemp(join(tmpdir(), "hivesync-answers-"));
afterAll(() => rm(directory, { recursive: true, force: true }));

function openAnswers(name: string) {
  const [bundles, modules] = [join(directory, name, "bundles"), join(directory, name, "modules")];
  const keeper = openFolderKeeper({
    runtimeCacheDirectory: join(directory, name),
    bundleDirectory: bundles,
    modules: { directory: modules, name: "own", maxBytes: 1e6 },
  });
  const answer = answerChild({ packages: undefined, keeper });
  const names = (folder: string) => readdir(folder).catch(() => []);
  return { answer, kept: () => names(bundles), keptModules: () => names(modules), keeper };
}

const keyOf = (index: number): string => createHash("sha256").update(String(index)).digest("hex");

test("of one child's texts no more are kept than a build has, and each is answered", async () => {
  const { answer, kept } = openAnswers("many");
  const replies = Array.from({ length: 100 }, async (_, id) => {
    const reply = await answer({ type: "keep", id, key: keyOf(id), text: "text" });
    return reply?.id;
  });
  expect(await Promise.all(replies)).toEqual(replies.map((_, id) => id));
  expect(await kept()).toHaveLength(32);
});

test("of one child's texts no more characters are kept than a page may have, and nothing that is no text", async () => {
  const { answer, kept } = openAnswers("large");
  const text = "x".repeat(40 * 1024 * 1024);
  for (const id of [0, 1]) await answer({ type: "keep", id, key: keyOf(id), text });
  expect(await kept()).toEqual([keyOf(0)]);
  const lists = openAnswers("lists");
  const list = { type: "keep", id: 0, key: keyOf(0), text: ["a", "b"] } as unknown as ChildMessage;
  expect(await lists.answer(list)).toEqual({ type: "reply", id: 0, answer: undefined });
  expect(await lists.kept()).toEqual([]);
});

test("a child's modules are kept once", async () => {
  const { answer, keptModules, keeper } = openAnswers("modules");
  for (const [id, bytes] of [Buffer.from("first"), Buffer.from("second")].entries())
    expect(await answer({ type: "keep-modules", id, bytes })).toEqual({ type: "reply", id, answer: undefined });
  expect(await keptModules()).toEqual(["own"]);
  const text = await readFile(String(await keeper.recallModules()), "utf8");
  expect(text).toBe("first");
});

test("what asks nothing has no answer", () => {
  expect(openAnswers("none").answer({ type: "failed", message: "it broke" })).toBeUndefined();
});
