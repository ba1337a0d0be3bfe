import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { aiResult, type AiResult } from "@hivesync/contracts/jobs/ai-result";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { AiOrder } from "#testing/publish.ts";
import { createWorkerBench, type BenchWorker, type WorkerBench } from "#testing/worker-bench.ts";

let bench: WorkerBench;
let worker: BenchWorker;
let folder: string;

beforeAll(async () => {
  bench = await createWorkerBench();
  folder = await bench.dataDirectory();
  worker = await bench.startWorker(folder);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});
beforeEach(() => {
  bench.api.received.length = 0;
});

async function report(files: Readonly<Record<string, string>>, order?: Partial<AiOrder>) {
  const jobId = await bench.submitAi(files, order);
  await bench.dispatch(jobId, "ai-cpu");
  const [callback] = await waitUntil(
    () => bench.api.received,
    (received) => received.length > 0,
  );
  return callback?.body;
}

async function write(files: Readonly<Record<string, string>>, order?: Partial<AiOrder>): Promise<AiResult> {
  const body = await report(files, order);
  expect(body).toMatchObject({ status: "SUCCESS" });
  const bytes = await bench.storage.get(keyOfObjectUrl(bench.storage.bucket, body?.bundle_url ?? "") ?? "");
  return aiResult.parse(JSON.parse(Buffer.from(bytes ?? []).toString("utf8")));
}

const code = `export function add(left: number, right: number): number {\n  return left + right;\n}\n`;

test("a document job gives comments as edits, as whole files, and as a diff that git applies", async () => {
  const { engine, edits, diff = "", files } = await write({ "src/add.ts": code });
  expect(engine).toBe("static");
  expect(edits?.[0]).toMatchObject({ path: "src/add.ts", line: 1, delete_lines: 0 });
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-apply-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await promisify(execFile)("mkdir", [path.join(folder, "src")]);
  await writeFile(path.join(folder, "src/add.ts"), code);
  await writeFile(path.join(folder, "the.diff"), diff);
  await promisify(execFile)("git", ["apply", "the.diff"], { cwd: folder });
  const applied = await readFile(path.join(folder, "src/add.ts"), "utf8");
  expect(files).toEqual([{ path: "src/add.ts", text: applied }]);
  expect(applied.endsWith(code)).toBe(true);
});

test.each(["explain", "summarize", "readme"] as const)("a job of type %s gives Markdown alone", async (job_type) => {
  const result = await write({ "src/add.ts": code }, { job_type });
  expect(result.markdown).toContain("add");
  expect(Object.keys(result).sort()).toEqual(["engine", "markdown", "notes"]);
});

test("a file that is no text is left out and noted; the others are written about", async () => {
  const { notes, files } = await write({ "logo.png": "\u0000\u0001", "src/add.ts": code });
  expect(notes).toContain("logo.png: it is no text in UTF-8; it was left out.");
  expect(files?.map((file) => file.path)).toEqual(["src/add.ts"]);
});

test("a selection of nothing but such files fails with a reason", async () => {
  expect(await report({ "logo.png": "\u0000\u0001" })).toMatchObject({
    status: "FAIL",
    error_code: "AI_JOB_FAILED",
    error: "No selected file is text in UTF-8.",
  });
});

test("the process of a project's job stays for its next one, with none of the files", async () => {
  const rooms = path.join(folder, "writers");
  const untilEmptied = async (): Promise<string[]> => {
    const names = await readdir(rooms);
    const filesOf = () => Promise.all(names.map((name) => readdir(path.join(rooms, name))));
    expect(await waitUntil(filesOf, (files) => files.flat().length === 0)).toEqual([[]]);
    return names;
  };
  await write({ "src/add.ts": code });
  const first = await untilEmptied();
  await write({ "src/other.ts": code });
  expect(await untilEmptied()).toEqual(first);
});
