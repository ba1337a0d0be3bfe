// Stands in for an engine that goes wrong. What it does is the text of the first file.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AiResult } from "@hivesync/contracts/jobs/ai-result";
import { AppError } from "@hivesync/platform/app-error";
import { serveWriter } from "#ai/serve-writer.ts";

const result = (markdown: string): AiResult => ({ engine: "stubborn", markdown, notes: [] });

const toCode = (error: unknown): AiResult => result((error as NodeJS.ErrnoException).code ?? "");

interface Job {
  onProgress: (share: number) => void;
  blobDirectory: string;
}

const hoard: Buffer[] = [];

const ways: Readonly<Record<string, (job: Job) => Promise<AiResult> | AiResult>> = {
  hang: ({ onProgress }) => {
    onProgress(0.5);
    for (;;);
  },
  swell: async () => {
    const held: Buffer[] = [];
    for (;;) {
      held.push(Buffer.alloc(16 * 1024 * 1024, 1));
      await sleep(1);
    }
  },
  environment: async () => result(await readFile("/proc/self/environ", "utf8")),
  "read the host": () => readFile("/etc/passwd", "utf8").then(result, toCode),
  pid: () => result(String(process.pid)),
  "list the files": async ({ blobDirectory }) => result((await readdir(blobDirectory)).join(" ")),
  compiled: () => result(String(getCompileCacheDir())),
  "write what is compiled": () =>
    writeFile(path.join(getCompileCacheDir() ?? "", "x"), "x").then(() => result("written"), toCode),
  "list all folders": async ({ blobDirectory }) => result((await readdir(path.dirname(blobDirectory))).join(" ")),
  hoard: () => {
    hoard.push(Buffer.alloc(300 * 1024 * 1024, 1));
    return result("");
  },
  flood: () => result("x".repeat(40 * 1024 * 1024)),
  refuse: () => {
    throw new AppError("AI_JOB_FAILED", { publicMessage: "The model's server cannot be reached." });
  },
  break: () => {
    throw new Error("a bug");
  },
};

await serveWriter(async ({ input, blobDirectory }, onProgress) => {
  const [first] = input.selection;
  const text = await readFile(path.join(blobDirectory, first?.sha256 ?? ""), "utf8");
  const way = ways[text];
  return way ? way({ onProgress, blobDirectory }) : result(text);
});
