import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Asking, Question } from "#models/chat-model.ts";
import { ModelFailure } from "#models/model-failure.ts";
import { deviceEnvironment } from "./env.ts";
import type { LocalModelOptions, ModelReport, ModelRequest } from "./model-messages.ts";

const command = fileURLToPath(new URL("./local-model-command.ts", import.meta.url));

// A stop within this keeps the model loaded; later, the process is killed. Together within a second.
const stopMs = 600;
const unloadMs = 3_000;

/** A process with one model in it, that answers one question at a time. */
export class ModelProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #onReport: ((report: ModelReport) => void) | undefined;
  readonly #loaded: Promise<ModelReport | undefined>;

  constructor(options: LocalModelOptions) {
    // What native code prints may quote the prompt: it goes nowhere.
    this.#child = spawn(process.execPath, [command, JSON.stringify(options)], {
      cwd: tmpdir(),
      env: deviceEnvironment(),
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#exited = new Promise((resolve) => {
      this.#child.on("error", () => resolve());
      this.#child.once("exit", () => resolve());
    });
    this.#loaded = Promise.race([
      new Promise<ModelReport>((resolve) => {
        this.#onReport = resolve;
      }),
      this.#exited.then(() => undefined),
    ]);
    this.#child.on("message", (report: ModelReport) => this.#onReport?.(report));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #send(request: ModelRequest): void {
    // To one that has just died nothing can be sent; its end is noticed anyway.
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }

  /** Waits until the model is loaded. */
  async ready(signal: AbortSignal): Promise<void> {
    const report = await orAborted(this.#loaded, signal);
    if (report?.type === "ready") return;
    await this.kill();
    throw new ModelFailure("not-loaded");
  }

  async ask(question: Question, { signal, onLength }: Asking): Promise<string> {
    signal.throwIfAborted();
    const ended = new Promise<ModelReport>((resolve) => {
      this.#onReport = (report) => {
        if (report.type === "length") onLength(report.characters);
        else resolve(report);
      };
    });
    const end = Promise.race([ended, this.#exited.then(() => undefined)]);
    this.#send({ type: "ask", question });
    try {
      const report = await orAborted(end, signal);
      if (report?.type === "answer") return report.text;
      throw new ModelFailure(report?.type === "failed" ? report.reason : "died");
    } catch (error) {
      if (signal.aborted) await this.#stop(end);
      throw error;
    }
  }

  async #stop(end: Promise<unknown>): Promise<void> {
    this.#send({ type: "stop" });
    if (!(await within(stopMs, end))) await this.kill();
  }

  async kill(): Promise<void> {
    if (this.isAlive) this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Gives the memory back and waits for the process's end. */
  async unload(): Promise<void> {
    this.#send({ type: "unload" });
    if (!(await within(unloadMs, this.#exited))) await this.kill();
  }
}

async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The promise's value, or the signal's reason as soon as it is aborted. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
