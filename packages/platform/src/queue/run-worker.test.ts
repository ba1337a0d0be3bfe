import { defineJob } from "@hivesync/contracts/jobs/job-definition";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { newId } from "../ids.ts";
import { createLogger } from "../logger.ts";
import { connectRedis } from "./connection.ts";
import { createEnqueuer, queuePrefix } from "./enqueue.ts";
import { PermanentJobError, runWorker, type RunningJob, type RunWorkerOptions } from "./run-worker.ts";

const stack = await createTestStack();
const onError = (): void => undefined;
const producer = connectRedis({ url: stack.redisUrl, use: "producer", onError });
await waitUntil(
  () => producer.status,
  (status) => status === "ready",
);
const enqueuer = createEnqueuer({ connection: producer, redisPrefix: stack.redisPrefix, onError });
afterAll(async () => {
  await enqueuer.close();
  producer.disconnect();
  await stack[Symbol.asyncDispose]();
});

const job = defineJob({
  name: "test-job",
  queues: ["preview-cpu"],
  payload: z.strictObject({ job_id: z.uuid() }),
  retry: { attempts: 3, firstDelayMs: 1 },
});
const queue = enqueuer.queue("preview-cpu");

type Payload = { job_id: string };

function startWorker(
  handler: (running: RunningJob<Payload>) => Promise<void>,
  options: Partial<RunWorkerOptions<typeof job.payload>> = {},
) {
  const connection = connectRedis({ url: stack.redisUrl, use: "worker", onError });
  const log = createLogger({ level: "debug", service: "test", destination: { write: onError } });
  const { redisPrefix } = stack;
  const worker = runWorker({
    queue: "preview-cpu",
    job,
    handler,
    concurrency: 1,
    lockMs: 60_000,
    connection,
    redisPrefix,
    log,
    ...options,
  });
  onTestFinished(async () => {
    await worker.close(0);
    connection.disconnect();
    await queue.obliterate({ force: true });
  });
  return worker;
}

async function add(jobId = newId()): Promise<string> {
  await enqueuer.add(job, { job_id: jobId }, { queue: "preview-cpu", jobId, priority: 1 });
  return jobId;
}

const stateOf = (id: string) => queue.getJobState(id);

describe("a job", () => {
  test("is run with its payload, and is done when its handler is", async () => {
    const payloads: Payload[] = [];
    startWorker(async ({ payload }) => void payloads.push(payload));
    const id = await add();
    await waitUntil(
      () => stateOf(id),
      (state) => state === "completed",
    );
    expect(payloads).toEqual([{ job_id: id }]);
  });

  test("that fails is run again, finds what it kept, and is told which try is its last", async () => {
    const tries: { kept: unknown; isLastTry: boolean }[] = [];
    startWorker(async ({ kept, isLastTry, keep }) => {
      tries.push({ kept, isLastTry });
      await keep({ built: tries.length });
      throw new Error("not yet");
    });
    const id = await add();
    await waitUntil(
      () => stateOf(id),
      (state) => state === "failed",
    );
    expect(tries).toEqual([
      { kept: undefined, isLastTry: false },
      { kept: { built: 1 }, isLastTry: false },
      { kept: { built: 2 }, isLastTry: true },
    ]);
  });

  test("that fails for good is not run again", async () => {
    let tries = 0;
    startWorker(async () => {
      tries += 1;
      throw new PermanentJobError("the input is broken");
    });
    const id = await add();
    await waitUntil(
      () => stateOf(id),
      (state) => state === "failed",
    );
    expect(tries).toBe(1);
  });

  test("whose payload is not of its contract never reaches the handler, and is not tried again", async () => {
    let tries = 0;
    startWorker(async () => void (tries += 1));
    const broken = await queue.add(job.name, { job_id: "7", path: "/etc/passwd" }, { attempts: 3 });
    const id = broken.id ?? "";
    await waitUntil(
      () => stateOf(id),
      (state) => state === "failed",
    );
    expect(tries).toBe(0);
  });

  test("that is added under one id many times at once is run once", async () => {
    const ran: string[] = [];
    startWorker(async ({ payload }) => void ran.push(payload.job_id));
    const id = newId();
    await Promise.all(Array.from({ length: 20 }, () => add(id)));
    const last = await add();
    await waitUntil(
      () => stateOf(last),
      (state) => state === "completed",
    );
    expect(ran.filter((one) => one === id)).toEqual([id]);
  });
});

describe("the pace of a worker", () => {
  /** A handler whose jobs wait until they are let go. */
  function createGate() {
    const started: string[] = [];
    const open = Promise.withResolvers<void>();
    const handler = async ({ payload }: RunningJob<Payload>): Promise<void> => {
      started.push(payload.job_id);
      await open.promise;
    };
    return { started, handler, open: open.resolve };
  }
  const areEnded = (ids: readonly string[]) =>
    waitUntil(
      () => Promise.all(ids.map(stateOf)),
      (states) => states.every((state) => state === "completed"),
    );

  test("held back, it takes nothing until it is told how to work", async () => {
    const { started, handler, open } = createGate();
    const worker = startWorker(handler, { heldBack: true });
    const id = await add();
    expect(worker.pace()).toEqual({ concurrency: 1, paused: true });
    await worker.adjust({ concurrency: 2, paused: true });
    expect(worker.pace()).toEqual({ concurrency: 2, paused: true });
    await worker.adjust({ concurrency: 2, paused: false });
    open();
    await areEnded([id]);
    expect(started).toEqual([id]);
  });

  test("paused, it lets what runs go on and starts nothing, though it was waiting for a job; resumed, it misses none", async () => {
    const { started, handler, open } = createGate();
    const worker = startWorker(handler, { concurrency: 2 });
    const first = await add();
    await waitUntil(worker.activeCount, (count) => count === 1);
    await worker.adjust({ concurrency: 2, paused: true });
    const others = [await add(), await add(), await add()];
    open();
    await areEnded([first]);
    // Whatever it was given all the same has gone back, and no other came after it.
    await waitUntil(
      async () => [await queue.getActiveCount(), await queue.getPrioritizedCount()],
      ([active, waiting]) => active === 0 && waiting === others.length,
    );
    expect(started).toEqual([first]);
    await worker.adjust({ concurrency: 2, paused: false });
    await areEnded(others);
    expect(started.toSorted()).toEqual([first, ...others].toSorted());
    for (const id of others) expect((await queue.getJob(id))?.attemptsMade).toBe(1);
  });

  test("an idle one that was paused while it waited gives back what comes, unharmed", async () => {
    const { started, handler, open } = createGate();
    open();
    const worker = startWorker(handler);
    await areEnded([await add()]);
    await worker.adjust({ concurrency: 1, paused: true });
    const id = await add();
    // It was woken by this job. That it gave it back shows in how often it was started.
    await waitUntil(
      async () => [await stateOf(id), (await queue.getJob(id))?.attemptsStarted],
      ([state, attempts]) => state === "prioritized" && attempts === 1,
    );
    expect(started).not.toContain(id);
    await worker.adjust({ concurrency: 1, paused: false });
    await areEnded([id]);
  });

  test("with more at once it begins what waits beside a job that goes on and on", async () => {
    const { started, handler, open } = createGate();
    const worker = startWorker(handler);
    const ids = [await add(), await add(), await add()];
    await waitUntil(worker.activeCount, (count) => count === 1);
    await worker.adjust({ concurrency: 3, paused: false });
    await waitUntil(worker.activeCount, (count) => count === 3);
    expect(started.toSorted()).toEqual(ids.toSorted());
    open();
    await areEnded(ids);
  });

  test("with fewer at once none that runs is ended, and the next ones are fewer", async () => {
    let most = 0;
    const holds = new Map<string, () => void>();
    const worker = startWorker(
      ({ payload }) => {
        most = Math.max(most, worker.activeCount());
        return new Promise((resolve) => holds.set(payload.job_id, resolve));
      },
      { concurrency: 2 },
    );
    const ids = [await add(), await add()];
    await waitUntil(worker.activeCount, (count) => count === 2);
    await worker.adjust({ concurrency: 1, paused: false });
    most = 0;
    const more = [await add(), await add(), await add()];
    for (const id of ids) holds.get(id)?.();
    for (const id of more) {
      await waitUntil(
        () => holds.has(id),
        (isHeld) => isHeld,
      );
      holds.get(id)?.();
    }
    await areEnded([...ids, ...more]);
    expect(most).toBe(1);
  });

  test("paused, it is closed at once", async () => {
    const held = startWorker(async () => undefined, { heldBack: true });
    await held.close(0);
    const paused = startWorker(async () => undefined);
    await paused.adjust({ concurrency: 1, paused: true });
    await paused.close(0);
    expect(paused.activeCount()).toBe(0);
  });
});

describe("an abort", () => {
  /** A handler that works until it is told to stop. */
  async function untilAborted({ signal }: RunningJob<Payload>): Promise<void> {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }

  test("comes when the job's lock was lost: it belongs to somebody else by then", async () => {
    const reasons: unknown[] = [];
    startWorker(
      async (running) => {
        await untilAborted(running).catch((error: unknown) => {
          reasons.push(error);
          throw error;
        });
      },
      { lockMs: 400 },
    );
    const id = await add();
    await waitUntil(
      () => stateOf(id),
      (state) => state === "active",
    );
    await producer.set(`${queuePrefix(stack.redisPrefix)}:preview-cpu:${id}:lock`, "another worker's");
    await waitUntil(
      () => reasons,
      (found) => found.length > 0,
    );
    expect(reasons[0]).toMatchObject({ message: "the job's lock was lost" });
  });

  test("at shutdown comes after the grace, and the job goes back unharmed for another worker", async () => {
    const first = startWorker(untilAborted);
    const id = await add();
    await waitUntil(first.activeCount, (count) => count === 1);
    await first.close(0);
    expect(["waiting", "prioritized"]).toContain(await stateOf(id));
    const tries: boolean[] = [];
    startWorker(async ({ isLastTry }) => void tries.push(isLastTry));
    await waitUntil(
      () => stateOf(id),
      (state) => state === "completed",
    );
    expect(tries).toEqual([false]);
  });

  test("does not come to a job that ends within the grace", async () => {
    const finish = Promise.withResolvers<void>();
    let wasAborted = false;
    const worker = startWorker(async ({ signal }) => {
      signal.addEventListener("abort", () => (wasAborted = true));
      await finish.promise;
    });
    const id = await add();
    await waitUntil(worker.activeCount, (count) => count === 1);
    const closed = worker.close(30_000);
    finish.resolve();
    await closed;
    expect(await stateOf(id)).toBe("completed");
    expect(wasAborted).toBe(false);
  });
});
