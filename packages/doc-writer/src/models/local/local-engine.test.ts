import { AppError } from "@hivesync/platform/app-error";
import { waitUntil } from "@hivesync/testing/wait-until";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "#models/create-engine.ts";
import type { ChatModel, Question } from "#models/chat-model.ts";
import { readAnswer } from "#models/read-answer.ts";
import { commentsAnswer } from "#models/answer-schema.ts";
import { observeRun, prepareOrder } from "#models/testing/prepare-order.ts";
import { writeTinyGguf } from "#models/testing/tiny-gguf.ts";
import { deviceEnvironment } from "./env.ts";
import { LocalModel } from "./local-model.ts";

const holder = fileURLToPath(new URL("../testing/hold-model-command.ts", import.meta.url));

let folder = "";
let closing = "";
let babbling = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hivesync-gguf-"));
  closing = join(folder, "closing.gguf");
  babbling = join(folder, "babbling.gguf");
  await writeTinyGguf(closing);
  await writeTinyGguf(babbling, { closes: false });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const source = "export function add(left: number, right: number): number {\n  return left + right;\n}\n";

const question = (rest: Partial<Question> = {}): Question => ({
  system: "Say something.",
  prompt: "Über alles: grüße 你好 🎉.",
  schema: { kind: "comments", ids: ["s1", "s2"] },
  maxOutputTokens: 1_000,
  ...rest,
});

const never = new AbortController().signal;

async function ask(model: ChatModel, asked: Question, signal: AbortSignal = never): Promise<string> {
  await model.ready(signal);
  return await model.ask(asked, { signal, onLength: () => undefined });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a generation that would go on for long, and waits until it does. */
async function babble(model: LocalModel, signal: AbortSignal): Promise<{ answering: Promise<string>; pid: number }> {
  await model.ready(never);
  let characters = 0;
  const schema = { kind: "markdown", maxLength: 60_000 } as const;
  const answering = model.ask(question({ schema, maxOutputTokens: 14_000 }), {
    signal,
    onLength: (length) => {
      characters = length;
    },
  });
  answering.catch(() => undefined);
  await waitUntil(
    () => characters,
    (length) => length > 0,
  );
  return { answering, pid: model.pid ?? 0 };
}

describe("a GGUF file", () => {
  test("is loaded, asked, held to the schema, kept for the next question and unloaded", async () => {
    const model = new LocalModel({ modelPath: closing, contextTokens: 8_000 });
    const answer = readAnswer(commentsAnswer, await ask(model, question()));
    expect(answer.comments).toHaveLength(1);
    expect(["s1", "s2"]).toContain(answer.comments[0]?.id);
    expect(answer.comments[0]?.summary).not.toBe("");
    const { pid = 0 } = model;
    expect(isRunning(pid)).toBe(true);
    expect(await ask(model, question())).not.toBe("");
    expect(model.pid).toBe(pid);
    await model[Symbol.asyncDispose]();
    expect(isRunning(pid)).toBe(false);
    expect(model.pid).toBeUndefined();
  });

  test("writes an order's comments by the engine's name", async () => {
    await using engine = await createEngine({
      engine: "local",
      modelPath: closing,
      onFailure: "fail",
      timeoutMs: 25_000,
      maxTokens: 12_000,
    });
    const order = await prepareOrder([{ path: "a.ts", text: source }]);
    const run = observeRun();
    const draft = await engine.write(order, run);
    expect(engine.name).toBe("local");
    expect(draft).toMatchObject({
      kind: "comments",
      comments: [{ symbol: order.outlines[0]?.symbols[0]?.id }],
      notes: [],
    });
    expect(run.shares.at(-1)).toBe(1);
  });

  test("that never comes to an end is cut at the answer's bound, and the static engine writes", async () => {
    await using engine = await createEngine({
      engine: "local",
      modelPath: babbling,
      onFailure: "static",
      timeoutMs: 25_000,
      maxTokens: 3_000,
    });
    const draft = await engine.write(
      await prepareOrder([{ path: "a.ts", text: source }], { job_type: "explain" }),
      observeRun(),
    );
    expect(draft).toMatchObject({ kind: "markdown", markdown: expect.stringContaining("add") as string });
    expect(draft.notes.at(-1)).toMatch(/not in the form.*static engine/);
  });

  test("whose context a question does not fit into is not asked", async () => {
    await using model = new LocalModel({ modelPath: closing, contextTokens: 1_000 });
    await expect(ask(model, question({ prompt: "x".repeat(2_000) }))).rejects.toMatchObject({ reason: "too-large" });
    expect(await ask(model, question({ maxOutputTokens: 300 }))).not.toBe("");
  });

  test("answers questions that come at once one after the other", async () => {
    await using model = new LocalModel({ modelPath: closing, contextTokens: 4_000 });
    const answers = await Promise.all([ask(model, question()), ask(model, question()), ask(model, question())]);
    expect(new Set(answers).size).toBe(1);
  });
});

describe("a file that is no model", () => {
  const damaged: readonly [string, (file: string) => Promise<void>][] = [
    ["is missing", () => Promise.resolve()],
    ["is text", (file) => writeFile(file, "not a model")],
    ["is cut short", async (file) => writeFile(file, (await readFile(closing)).subarray(0, 200_000))],
    [
      "has a damaged head",
      async (file) => {
        await copyFile(closing, file);
        const bytes = await readFile(file);
        await writeFile(file, bytes.fill(0xff, 8, 64));
      },
    ],
  ];

  test.each(damaged)("because it %s fails the job with a reason, and no more than that", async (what, make) => {
    const modelPath = join(folder, `${what.replaceAll(" ", "-")}.gguf`);
    await make(modelPath);
    await using engine = await createEngine({
      engine: "local",
      modelPath,
      onFailure: "fail",
      timeoutMs: 20_000,
      maxTokens: 8_000,
    });
    const order = await prepareOrder([{ path: "a.ts", text: source }]);
    const error: unknown = await engine.write(order, observeRun()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "AI_JOB_FAILED", publicMessage: "The local model could not be loaded." });
    expect(JSON.stringify(error)).not.toContain(folder);
  });
});

describe("cancel", () => {
  test("stops a generation, keeps the model, and the next question is answered", async () => {
    await using model = new LocalModel({ modelPath: babbling, contextTokens: 16_000 });
    const cancel = new AbortController();
    const { answering, pid } = await babble(model, cancel.signal);
    const reason = new Error("cancelled by its owner");
    cancel.abort(reason);
    await expect(answering).rejects.toBe(reason);
    expect(await ask(model, question({ maxOutputTokens: 20 }))).not.toBe("");
    expect(model.pid).toBe(pid);
  });

  test("ends a process that does not listen, and the next question gets a new one", async () => {
    await using model = new LocalModel({ modelPath: babbling, contextTokens: 16_000 });
    const cancel = new AbortController();
    const { answering, pid } = await babble(model, cancel.signal);
    process.kill(pid, "SIGSTOP");
    cancel.abort(new Error("off"));
    await expect(answering).rejects.toThrow("off");
    expect(isRunning(pid)).toBe(false);
    expect(await ask(model, question({ maxOutputTokens: 20 }))).not.toBe("");
    expect(model.pid).not.toBe(pid);
  });

  test("while another question is answered ends the wait and leaves the other alone", async () => {
    await using model = new LocalModel({ modelPath: babbling, contextTokens: 16_000 });
    const first = new AbortController();
    const { answering } = await babble(model, first.signal);
    const second = new AbortController();
    const waiting = ask(model, question(), second.signal);
    second.abort(new Error("second off"));
    await expect(waiting).rejects.toThrow("second off");
    first.abort(new Error("first off"));
    await expect(answering).rejects.toThrow("first off");
  });

  test("before the start loads nothing", async () => {
    await using model = new LocalModel({ modelPath: closing, contextTokens: 4_000 });
    await expect(ask(model, question(), AbortSignal.abort(new Error("off")))).rejects.toThrow("off");
    expect(model.pid).toBeUndefined();
  });
});

describe("the model's process", () => {
  test("that is killed in the middle of an answer is a failure that may pass", async () => {
    await using model = new LocalModel({ modelPath: babbling, contextTokens: 16_000 });
    const { answering, pid } = await babble(model, never);
    process.kill(pid, "SIGKILL");
    await expect(answering).rejects.toMatchObject({ reason: "died", mayPass: true });
  });

  test("goes when its parent is killed in the middle of an answer", async () => {
    const parent = spawn(process.execPath, [holder, babbling], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await waitUntil(
      () => isRunning(pid),
      (running) => !running,
    );
  });

  test("is given what finds the graphics card, and no setting or secret of ours", () => {
    const environment = {
      PATH: "/bin",
      CUDA_VISIBLE_DEVICES: "0",
      HIVESYNC_AI_API_KEY: "k",
      AWS_SECRET_ACCESS_KEY: "s",
    };
    expect(deviceEnvironment(environment)).toEqual({ PATH: "/bin", CUDA_VISIBLE_DEVICES: "0" });
  });
});
