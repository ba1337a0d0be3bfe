import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { prepareBucket } from "./prepare-bucket.ts";

/** A store that has a bucket or not, and writes down what it is asked. */
async function startStore({ hasBucket }: { hasBucket: boolean }) {
  const asked: { request: string; body: string }[] = [];
  let isThere = hasBucket;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "" } = request;
    asked.push({ request: `${method} ${url.replace(/[?&]x-id=\w+/, "")}`, body: await text(request) });
    response.writeHead(isThere || method !== "HEAD" ? 200 : 404).end();
    if (method === "PUT") isThere = true;
  };
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    bucket: "hivesync",
    accessKeyId: "key",
    secretAccessKey: "secret",
  };
  return { asked, options };
}

test("a bucket that is missing is made, and opened to the pages that are named and to no others", async () => {
  const { asked, options } = await startStore({ hasBucket: false });
  expect(await prepareBucket(options, ["https://hive.example.com", "https://plugin.example.com"])).toBe(true);
  expect(asked.map(({ request }) => request)).toEqual(["HEAD /hivesync/", "PUT /hivesync/", "PUT /hivesync/?cors="]);
  const rules = asked.at(-1)?.body ?? "";
  expect([...rules.matchAll(/<AllowedOrigin>(.*?)<\/AllowedOrigin>/g)].map(([, origin]) => origin)).toEqual([
    "https://hive.example.com",
    "https://plugin.example.com",
  ]);
  expect([...rules.matchAll(/<AllowedMethod>(.*?)<\/AllowedMethod>/g)].map(([, method]) => method)).toEqual([
    "GET",
    "HEAD",
    "PUT",
  ]);
});

test("a bucket that is there is kept, and its rules are set anew", async () => {
  const { asked, options } = await startStore({ hasBucket: true });
  expect(await prepareBucket(options, ["https://hive.example.com"])).toBe(false);
  expect(asked.map(({ request }) => request)).toEqual(["HEAD /hivesync/", "PUT /hivesync/?cors="]);
});
