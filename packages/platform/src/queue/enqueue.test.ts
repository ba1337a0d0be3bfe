import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { findRedisServer, startRedis } from "@hivesync/dev-services/redis";
import { waitUntil } from "@hivesync/testing/wait-until";
import { expect, onTestFinished, test } from "vitest";
import { newId } from "../ids.ts";
import { connectRedis } from "./connection.ts";
import { createEnqueuer } from "./enqueue.ts";

test("a queue that was first used while Redis was away takes jobs once it is there", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-redis-"));
  const cacheDirectory = path.join(import.meta.dirname, "../../../../.hivesync/cache/redis");
  const program = await findRedisServer({ cacheDirectory });
  const start = (port: number) => startRedis({ program, directory, port, persistent: true });
  const first = await start(0);
  await first.stop();

  const connection = connectRedis({ url: first.url, use: "producer", onError: () => undefined });
  const enqueuer = createEnqueuer({ connection, redisPrefix: "", onError: () => undefined });
  onTestFinished(async () => {
    await enqueuer.close();
    connection.disconnect();
    await rm(directory, { recursive: true, force: true });
  });
  const job_id = newId();
  const add = () => enqueuer.add(previewBuild, { job_id }, { queue: "preview-cpu", jobId: "job", priority: 1 });
  await expect(add()).rejects.toThrow("isn't writeable");

  const second = await start(first.port);
  onTestFinished(() => second.stop());
  await waitUntil(
    () => connection.status,
    (status) => status === "ready",
  );
  await add();
  expect((await enqueuer.queue("preview-cpu").getJob("job"))?.data).toEqual({ job_id });
});
