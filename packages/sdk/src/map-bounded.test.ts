import { describe, expect, test } from "vitest";
import { mapBounded } from "./map-bounded.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("mapBounded", () => {
  test("keeps the order of the items and never runs more at once than its limit", async () => {
    let running = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 2, 3, 0], { limit: 3 }, async (turns) => {
      running += 1;
      most = Math.max(most, running);
      for (let index = 0; index < turns; index += 1) await turn();
      running -= 1;
      return turns * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6, 0]);
    expect(most).toBe(3);
  });

  test("after a failure starts nothing more, waits for what runs, and throws the failure", async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const work = mapBounded([0, 1, 2, 3, 4], { limit: 2 }, async (item) => {
      started.push(item);
      if (item === 0) throw new Error("first failure");
      await turn();
      ended.push(item);
    });
    await expect(work).rejects.toThrow("first failure");
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });

  test("starts nothing more once it is aborted", async () => {
    const controller = new AbortController();
    const started: number[] = [];
    const work = mapBounded([0, 1, 2], { limit: 1, signal: controller.signal }, async (item) => {
      started.push(item);
      controller.abort(new Error("stopped"));
      await turn();
    });
    await expect(work).rejects.toThrow("stopped");
    expect(started).toEqual([0]);
  });

  test("no items give no results", async () => {
    expect(await mapBounded([], { limit: 4 }, async () => 1)).toEqual([]);
  });
});
