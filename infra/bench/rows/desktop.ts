import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createCredentialStore, createHiveSync, type NodeHiveSync } from "@hivesync/sdk/node";
import { appEntry, startProcess } from "#processes/start-process.ts";
import { createBenchStack, type Bench } from "../bench-stack.ts";
import { insertProjects } from "../calls.ts";
import type { Caller } from "../callers.ts";
import { reading, type RowReport } from "../report.ts";
import { median } from "../statistics.ts";

const fileCount = 10_000;
const filesInAFolder = 100;
const passphrase = "of the bench";

const fileOf = (app: string, index: number): string =>
  path.join(app, "src", `part-${Math.floor(index / filesInAFolder)}`, `file-${index}.ts`);

async function writeProject(app: string, count: number): Promise<void> {
  await mkdir(app, { recursive: true });
  await writeFile(path.join(app, "index.html"), "<h1>Many files</h1>");
  for (let index = 0; index < count; index += 1) {
    if (index % filesInAFolder === 0) await mkdir(path.dirname(fileOf(app, index)), { recursive: true });
    await writeFile(fileOf(app, index), `export const value = ${index};\n`);
  }
}

/** A Desktop with the caller's login, in folders of its own. */
async function startDesktop(folder: string, origin: string, caller: Caller) {
  const directory = path.join(folder, "hivesync", "credentials");
  const store = await createCredentialStore({ kind: "encrypted-file", passphrase, directory });
  const login = { accessToken: caller.token, refreshToken: "none", expiresAtMs: Date.now() + 3_600_000 };
  await store.save(origin, login);
  return startProcess({
    name: "desktop-proxy",
    command: [process.execPath, appEntry("desktop-proxy")],
    environment: {
      NODE_ENV: "production",
      XDG_CONFIG_HOME: folder,
      HIVESYNC_API_URL: origin,
      HIVESYNC_DESKTOP_PORT: "0",
      HIVESYNC_RUNTIME_DIRECTORY: path.join(folder, "run"),
      HIVESYNC_DESKTOP_DIRECTORY: path.join(folder, "data"),
      HIVESYNC_CREDENTIALS_STORE: "encrypted-file",
      HIVESYNC_CREDENTIALS_PASSPHRASE: passphrase,
    },
    isReady: (line) => line.includes('"listening"'),
  });
}

async function timePublish(hive: NodeHiveSync, publish: { project_id: string; directory: string }) {
  const start = performance.now();
  const { uploaded } = await hive.previews.publish({ ...publish, wait: false });
  if (hive.mode !== "desktop") throw new Error("the publish did not go by the Desktop");
  return { milliseconds: performance.now() - start, files: uploaded.files };
}

/** A large folder published through a Desktop: the first time, and again with one file changed. */
export async function measureDesktop(bench: Bench): Promise<RowReport> {
  const count = Math.round(fileCount * bench.scale);
  await using stack = await createBenchStack(bench);
  const [caller] = await stack.insertCallers(1);
  if (!caller) throw new Error("there is no caller");
  const project_id = (await insertProjects(stack.sql, [caller], 1))(caller);
  const { origin } = await stack.startApi();
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-desktop-bench-"));
  const directory = path.join(folder, "app");
  await writeProject(directory, count);
  const desktop = await startDesktop(folder, origin, caller);
  try {
    const hive = createHiveSync({ baseUrl: origin, runtimeDirectory: path.join(folder, "run"), timeoutMs: 120_000 });
    const first = await timePublish(hive, { project_id, directory });
    const again: number[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      await writeFile(fileOf(directory, round), `export const changed = ${round};\n`);
      const { milliseconds, files } = await timePublish(hive, { project_id, directory });
      if (files !== 1) throw new Error(`${files} files were uploaded where one had changed`);
      again.push(milliseconds);
    }
    return {
      readings: [
        reading({
          what: `publish of ${count.toLocaleString("en")} files, one changed`,
          ours: median(again),
          beside: { name: "the first time", value: first.milliseconds },
          unit: "ms",
          result: median(again) / first.milliseconds,
          goal: { bound: "at_most", value: 0.05 },
        }),
      ],
      notes: [
        `From the call to the accepted preview, uploads included; the first one uploaded ${first.files.toLocaleString("en")} files. Later ones upload one.`,
      ],
    };
  } finally {
    await desktop.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
