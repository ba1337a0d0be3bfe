import { ModelFailure } from "#models/model-failure.ts";
import type { Question } from "#models/chat-model.ts";
import { LoadedModel } from "./loaded-model.ts";
import type { LocalModelOptions, ModelReport, ModelRequest } from "./model-messages.ts";

// The process of a local model. Whatever native code does with a damaged file or a full memory ends this process, and
// no worker. It goes with its parent, however that ends, in the middle of a generation too.

const progressMs = 250;

const report = (message: ModelReport): void => {
  if (process.connected) process.send?.(message);
};

process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

let stop = new AbortController();

async function answer(model: LoadedModel, question: Question): Promise<void> {
  let toldAt = 0;
  const onLength = (characters: number): void => {
    const now = performance.now();
    if (now - toldAt < progressMs) return;
    toldAt = now;
    report({ type: "length", characters });
  };
  try {
    report({ type: "answer", text: await model.ask(question, { signal: stop.signal, onLength }) });
  } catch (error) {
    if (stop.signal.aborted) report({ type: "stopped" });
    else report({ type: "failed", reason: error instanceof ModelFailure ? error.reason : "died" });
  }
}

async function unload(model: LoadedModel): Promise<void> {
  stop.abort();
  await model.unload();
  process.exit(0);
}

async function main(options: LocalModelOptions): Promise<void> {
  let model: LoadedModel;
  try {
    model = await LoadedModel.load(options);
  } catch {
    report({ type: "failed", reason: "not-loaded" });
    return;
  }
  process.on("message", (request: ModelRequest) => {
    if (request.type === "stop") stop.abort();
    else if (request.type === "unload") void unload(model);
    else {
      stop = new AbortController();
      void answer(model, request.question);
    }
  });
  report({ type: "ready" });
}

await main(JSON.parse(process.argv[2] ?? "{}") as LocalModelOptions);
