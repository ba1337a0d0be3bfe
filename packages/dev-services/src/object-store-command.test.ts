import path from "node:path";
import process from "node:process";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test, vi } from "vitest";
import { bucket, connect, credentials, temporaryDirectory } from "./object-store/test-store.ts";
import { spawnTethered } from "./spawn-tethered.ts";

const command = path.join(import.meta.dirname, "object-store-command.ts");
const faultsToken = "a-token-for-faults";

const environment = (directory: string): Record<string, string> => ({
  OBJECT_STORE_DIRECTORY: directory,
  OBJECT_STORE_PORT: "0",
  OBJECT_STORE_ACCESS_KEY_ID: credentials.accessKeyId,
  OBJECT_STORE_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  OBJECT_STORE_BUCKET: bucket,
  OBJECT_STORE_FAULTS_TOKEN: faultsToken,
});

const run = async (env: Record<string, string>, shellPrefix = "") => {
  const lines: string[] = [];
  const script = `${shellPrefix} exec "$0" "$1"`;
  const child = await spawnTethered("/bin/sh", ["-c", script, process.execPath, command], {
    env,
    output: (line) => lines.push(line),
  });
  onTestFinished(() => child.stop("SIGKILL"));
  return { child, lines };
};

const ready = async (lines: string[]): Promise<string> => {
  await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000 });
  return (JSON.parse(lines[0] ?? "") as { endpoint: string }).endpoint;
};

const hello = { Bucket: bucket, Key: "key" };

test("a store that was killed has every object that it confirmed, and ends at once when it is asked to", async () => {
  const env = environment(await temporaryDirectory());
  const first = await run(env);
  await connect(await ready(first.lines)).send(new PutObjectCommand({ ...hello, Body: "hello" }));
  process.kill(first.child.pid, "SIGKILL");
  await first.child.exited;
  const second = await run(env);
  const found = await connect(await ready(second.lines)).send(new GetObjectCommand(hello));
  expect(await found.Body?.transformToString()).toBe("hello");
  process.kill(second.child.pid, "SIGTERM");
  expect(await second.child.exited).toEqual({ code: 0, signal: null });
});

test("faults are switched by whoever has the token, and by nobody else", async () => {
  const { lines } = await run(environment(await temporaryDirectory()));
  const endpoint = await ready(lines);
  const control = (method: string, token: string, body?: string) =>
    fetch(`${endpoint}/_faults`, { method, headers: { authorization: `Bearer ${token}` }, ...(body && { body }) });
  const list = () => connect(endpoint).send(new ListObjectsV2Command({ Bucket: bucket }));
  const fault = JSON.stringify({ mode: "error500" });
  expect((await control("POST", "another-token-here", fault)).status).toBe(403);
  expect((await control("POST", faultsToken, '{"mode":"sideways"}')).status).toBe(400);
  expect((await control("POST", faultsToken, "{")).status).toBe(400);
  expect((await list()).KeyCount).toBe(0);
  expect((await control("POST", faultsToken, fault)).status).toBe(204);
  await expect(list()).rejects.toMatchObject({ name: "InternalError" });
  expect((await control("DELETE", faultsToken)).status).toBe(204);
  expect((await list()).KeyCount).toBe(0);
});

test("a full disk is an answer, not the end: other objects are still stored", async () => {
  // A file size limit stands in for the full disk; the system refuses to write at it in the same way.
  const { lines } = await run(environment(await temporaryDirectory()), "trap '' XFSZ; ulimit -f 64;");
  const s3 = connect(await ready(lines));
  const large = new PutObjectCommand({ ...hello, Body: Buffer.alloc(1_000_000) });
  await expect(s3.send(large)).rejects.toMatchObject({
    name: "InsufficientStorage",
    $metadata: { httpStatusCode: 507 },
  });
  await s3.send(new PutObjectCommand({ ...hello, Body: "small" }));
  expect((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents).toMatchObject([{ Size: 5 }]);
});

test("a taken port, and a wrong environment, end it with a message that says so", async () => {
  const env = environment(await temporaryDirectory());
  const first = await run(env);
  const { port } = new URL(await ready(first.lines));
  const second = await run({ ...env, OBJECT_STORE_PORT: port });
  expect((await second.child.exited).code).toBe(1);
  expect(second.lines.join("\n")).toContain(`port ${port} (object store) is taken by another program`);
  const third = await run({ OBJECT_STORE_BUCKET: "NO" });
  expect((await third.child.exited).code).toBe(1);
  for (const name of ["DIRECTORY", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "BUCKET"])
    expect(third.lines.join("\n")).toContain(`OBJECT_STORE_${name}`);
});
