import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { spawnTethered, type TetheredProcess } from "@hivesync/dev-services/spawn-tethered";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { DevFile } from "#dev/dev-file.ts";
import { readDevEnvironment } from "#dev/env.ts";
import { processStart } from "#dev/process-start.ts";

/** A folder for one stack, beside that of a developer and of other tests. */
export class DevFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async create(): Promise<DevFolder> {
    return new DevFolder(await mkdtemp(path.join(tmpdir(), "hivesync-dev-")));
  }

  /** Runs `pnpm dev` in the folder, on free ports. */
  async run(variables: Readonly<Record<string, string>> = {}): Promise<DevProcess> {
    const { inherited } = readDevEnvironment();
    const lines: string[] = [];
    const child = await spawnTethered(process.execPath, [path.join(import.meta.dirname, "../main.ts")], {
      env: {
        ...inherited,
        HIVESYNC_DEV_DIRECTORY: this.path,
        HIVESYNC_API_PORT: "0",
        HIVESYNC_OBJECT_STORE_PORT: "0",
        HIVESYNC_POSTGRES_PORT: "0",
        HIVESYNC_REDIS_PORT: "0",
        HIVESYNC_DESKTOP_PORT: "0",
        HIVESYNC_RUNTIME_DIRECTORY: this.file("run"),
        HIVESYNC_CREDENTIALS_STORE: "memory",
        ...variables,
      },
      output: (line) => lines.push(line),
      graceMs: 20_000,
    });
    return { ...child, lines };
  }

  /** Waits until dev.json is there, and says why when the start failed instead. */
  async whenReady(dev: DevProcess): Promise<DevFile> {
    let isOver = false;
    void dev.exited.then(() => (isOver = true));
    await waitUntil(
      () => ({ isReady: existsSync(this.file("dev.json")), isOver, lines: dev.lines }),
      ({ isReady, isOver }) => isReady || isOver,
      { seconds: 60 },
    );
    if (isOver) throw new Error(`pnpm dev ended:\n${dev.lines.join("\n")}`);
    return this.readDevFile();
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  readDevFile(): DevFile {
    return JSON.parse(readFileSync(this.file("dev.json"), "utf8")) as DevFile;
  }

  modeOf(name: string): string {
    return (statSync(this.file(name)).mode & 0o777).toString(8);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A running `pnpm dev` and what it printed so far. */
export interface DevProcess extends TetheredProcess {
  readonly lines: readonly string[];
}

export const alive = (pids: Readonly<Record<string, number>>): string[] =>
  Object.entries(pids).flatMap(([name, pid]) => (processStart(pid) === undefined ? [] : [name]));
