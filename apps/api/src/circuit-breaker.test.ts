import { stat } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CircuitOpenError, createCircuitBreaker, type CircuitBreaker } from "./circuit-breaker.ts";

const never = (): Promise<never> => new Promise(() => undefined);

describe("a part that answers", () => {
  test("is asked every time, and its answers and errors are passed on", async () => {
    const breaker = createCircuitBreaker({ timeoutMs: 400, awayMs: 1_000 });
    expect(await breaker.run(async () => "answer")).toBe("answer");
    const failing = vi.fn<() => Promise<never>>(async () => {
      throw new Error("full");
    });
    for (let count = 0; count < 3; count += 1) await expect(breaker.run(failing)).rejects.toThrow("full");
    expect(failing).toHaveBeenCalledTimes(3);
  });

  test("is not given up because this process was busy when the answer came", async () => {
    const breaker = createCircuitBreaker({ timeoutMs: 10, awayMs: 1_000 });
    const answer = breaker.run(() => stat(import.meta.filename));
    const busyUntil = performance.now() + 60;
    while (performance.now() < busyUntil);
    expect((await answer).isFile()).toBe(true);
  });
});

describe("a part that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
  afterEach(() => void vi.useRealTimers());

  async function expectSilence(breaker: CircuitBreaker): Promise<void> {
    const [failure] = await Promise.all([breaker.run(never).catch(String), vi.advanceTimersByTimeAsync(400)]);
    expect(failure).toBe("TimeoutError: no answer within 400 ms");
  }

  async function fallSilent(): Promise<CircuitBreaker> {
    const breaker = createCircuitBreaker({ timeoutMs: 400, awayMs: 1_000 });
    await expectSilence(breaker);
    return breaker;
  }

  test("is waited for once, and then not asked: whoever comes next goes on without it at once", async () => {
    const breaker = await fallSilent();
    const ask = vi.fn<() => Promise<string>>(async () => "answer");
    await vi.advanceTimersByTimeAsync(999);
    for (let count = 0; count < 3; count += 1) await expect(breaker.run(ask)).rejects.toThrow(CircuitOpenError);
    expect(ask).not.toHaveBeenCalled();
  });

  test("is tried by one after a while, for whom nobody else waits, and asked by all when that went well", async () => {
    const breaker = await fallSilent();
    await vi.advanceTimersByTimeAsync(1_000);
    const answered = Promise.withResolvers<string>();
    const trial = breaker.run(() => answered.promise);
    await expect(breaker.run(async () => "another")).rejects.toThrow(CircuitOpenError);
    answered.resolve("back");
    expect(await trial).toBe("back");
    expect(await breaker.run(async () => "another")).toBe("another");
  });

  test("counts as away again when the trial is not answered, and as there when it gets an error", async () => {
    const breaker = await fallSilent();
    await vi.advanceTimersByTimeAsync(1_000);
    await expectSilence(breaker);
    await expect(breaker.run(async () => "answer")).rejects.toThrow(CircuitOpenError);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(breaker.run(() => Promise.reject(new Error("full")))).rejects.toThrow("full");
    expect(await breaker.run(async () => "answer")).toBe("answer");
  });
});
