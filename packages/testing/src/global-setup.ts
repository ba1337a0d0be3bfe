import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startServices } from "./start-services.ts";

/** Vitest's global setup: one Postgres, Redis and object store for the whole run, and a migrated database to copy from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-test-"));
  const { services, stop } = await startServices({ directory, durable: false });
  project.provide("hivesync", services);
  return async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  };
}
