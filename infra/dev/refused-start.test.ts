import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createTestStack } from "@hivesync/testing/test-stack";
import { expect, test } from "vitest";
import { DevFolder } from "./testing/dev-process.ts";

async function takePort(): Promise<{ port: string } & AsyncDisposable> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: String(address.port),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test("taken ports are all named at once, each with the variable that helps", async () => {
  await using folder = await DevFolder.create();
  await using one = await takePort();
  await using other = await takePort();
  const dev = await folder.run({ HIVESYNC_API_PORT: one.port, HIVESYNC_REDIS_PORT: other.port });
  expect(await dev.exited).toEqual({ code: 1, signal: null });
  const output = dev.lines.join("\n");
  expect(output).toContain(`port ${one.port} (API) is taken by another program; set HIVESYNC_API_PORT`);
  expect(output).toContain(`port ${other.port} (Redis) is taken by another program; set HIVESYNC_REDIS_PORT`);
  expect(existsSync(folder.file("dev.lock"))).toBe(false);
});

test("a wrong environment is told with every variable's name before anything starts", async () => {
  await using folder = await DevFolder.create();
  const dev = await folder.run({ HIVESYNC_API_PORT: "many", HIVESYNC_DATABASE_URL: "mysql://here" });
  expect(await dev.exited).toEqual({ code: 1, signal: null });
  expect(dev.lines.join("\n")).toMatch(/HIVESYNC_API_PORT[^]*HIVESYNC_DATABASE_URL/);
});

test("an S3 store needs its bucket and keys beside its address", async () => {
  await using folder = await DevFolder.create();
  const dev = await folder.run({ HIVESYNC_S3_ENDPOINT: "http://127.0.0.1:9" });
  expect(await dev.exited).toEqual({ code: 1, signal: null });
  expect(dev.lines.join("\n")).toMatch(/HIVESYNC_S3_BUCKET[^]*HIVESYNC_S3_ACCESS_KEY_ID/);
});

test("services that the environment names are used as they are: only the apps are started", async () => {
  await using folder = await DevFolder.create();
  await using stack = await createTestStack();
  const { storage } = stack;
  const dev = await folder.run({
    HIVESYNC_DATABASE_URL: stack.databaseUrls.superuser,
    HIVESYNC_REDIS_URL: stack.redisUrl,
    HIVESYNC_REDIS_PREFIX: stack.redisPrefix,
    HIVESYNC_S3_ENDPOINT: storage.endpoint,
    HIVESYNC_S3_BUCKET: storage.bucket,
    HIVESYNC_S3_ACCESS_KEY_ID: storage.accessKeyId,
    HIVESYNC_S3_SECRET_ACCESS_KEY: storage.secretAccessKey,
    HIVESYNC_WORKER_SECRETS: stack.workerSecret,
    HIVESYNC_MASTER_KEY: stack.masterKey,
    HIVESYNC_LOG_LEVEL: "error",
  });
  try {
    const ready = await folder.whenReady(dev);
    expect(Object.keys(ready.pids).sort()).toEqual(["api", "desktop-proxy", "worker-cpu", "worker-gpu"]);
    expect(ready).toMatchObject({
      database_url: stack.databaseUrls.superuser,
      redis_url: stack.redisUrl,
      s3: { endpoint: storage.endpoint, bucket: storage.bucket },
      worker_secret: stack.workerSecret,
      preview_url: expect.stringContaining("/p/"),
    });
  } finally {
    await dev.stop();
  }
}, 60_000);
