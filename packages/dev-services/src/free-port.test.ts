import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { assertPortFree, freePort, startOnPort } from "./free-port.ts";

const occupy = async (): Promise<number> => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return port;
};

const use = { what: "Postgres", environmentName: "HIVESYNC_POSTGRES_PORT" };

test("a taken port is refused with a message that names its variable", async () => {
  const port = await occupy();
  await expect(assertPortFree(port, use)).rejects.toThrow(
    `port ${port} (Postgres) is taken by another program; set HIVESYNC_POSTGRES_PORT to another port`,
  );
});

test("a free port and port 0 pass", async () => {
  await expect(assertPortFree(await freePort(), use)).resolves.toBeUndefined();
  await expect(assertPortFree(0, use)).resolves.toBeUndefined();
});

test("a start on any port takes another one when the first was taken in between", async () => {
  const tried: number[] = [];
  const started = await startOnPort(0, async (port) => {
    tried.push(port);
    if (tried.length === 1) throw new Error("bind: Address already in use");
    return port;
  });
  expect(tried).toHaveLength(2);
  expect(started).toBe(tried[1]);
});

test("a start on a chosen port, or one that fails for another reason, is tried once", async () => {
  let starts = 0;
  const failing = (message: string) => () => {
    starts += 1;
    throw new Error(message);
  };
  await expect(startOnPort(0, failing("no such file"))).rejects.toThrow("no such file");
  await expect(startOnPort(4_003, failing("Address already in use"))).rejects.toThrow("Address already in use");
  expect(starts).toBe(2);
});
