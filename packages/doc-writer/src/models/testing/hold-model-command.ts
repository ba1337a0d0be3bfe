import { LocalModel } from "#models/local/local-model.ts";

// A parent for tests: it has a long answer made, and says the model's process as soon as there are words.
const model = new LocalModel({ modelPath: process.argv[2] ?? "", contextTokens: 16_000 });
const { signal } = new AbortController();
await model.ready(signal);
const question = {
  system: "",
  prompt: "Say much.",
  schema: { kind: "markdown", maxLength: 60_000 },
  maxOutputTokens: 14_000,
} as const;
let isTold = false;
await model.ask(question, {
  signal,
  onLength: () => {
    if (!isTold) process.stdout.write(String(model.pid));
    isTold = true;
  },
});
