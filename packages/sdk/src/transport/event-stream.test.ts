import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
import { afterEach, describe, expect, test } from "vitest";
import { createHiveSync } from "#create-hivesync.ts";
import { createMemoryStore, type StoredLogin } from "#session/credential-store.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const login: StoredLogin = { accessToken: "good", refreshToken: "r", expiresAtMs: Date.now() + 3_600_000 };
const quickly = { baseDelayMs: 1, maxDelayMs: 5 };

/** A server whose answers a test writes itself, one for each connection that comes. */
async function serve(...answers: Handler[]) {
  const heard: { lastEventId: string | undefined; authorization: string | undefined; url: string }[] = [];
  const server = createServer((request, response) => {
    const lastEventId = request.headers["last-event-id"];
    heard.push({
      lastEventId: Array.isArray(lastEventId) ? lastEventId[0] : lastEventId,
      authorization: request.headers.authorization,
      url: request.url ?? "",
    });
    const answer = answers[heard.length - 1];
    if (answer) answer(request, response);
    else response.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = createMemoryStore();
  await credentials.save(baseUrl, login);
  return { heard, credentials, hive: createHiveSync({ baseUrl, credentials, retry: quickly }) };
}

const ready = (id: number): string => `id: ${id}\ndata: {"type":"ready","unread_count":${id}}\n\n`;
const open = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(text);
};
const refuse =
  (status: number, code: string): Handler =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: false, data: null, error: { code, message: code, details: null } }));
  };

/** Reads so many events and leaves. */
async function take(events: AsyncGenerator<NotificationEvent>, count: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const event of events) {
    if (event.type === "ready") seen.push(event.unread_count);
    if (seen.length === count) return seen;
  }
  return seen;
}

describe("a stream of events", () => {
  test("goes on after the last event that was seen, over however many connections that are cut", async () => {
    const cutAfter =
      (text: string): Handler =>
      (_, response) => {
        open(response, text);
        setImmediate(() => response.destroy());
      };
    const { hive, heard } = await serve(
      cutAfter(ready(1) + ready(2)),
      (_, response) => response.destroy(),
      cutAfter(ready(3)),
      (_, response) => open(response, ready(4)),
    );
    expect(await take(hive.events(), 4)).toEqual([1, 2, 3, 4]);
    expect(heard.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "2", "2", "3"]);
    expect(heard[0]).toMatchObject({ url: "/api/v1/notifications/stream", authorization: "Bearer good" });
  });

  test("goes on after an event of an earlier run, and tells where it is", async () => {
    const { hive, heard } = await serve((_, response) => open(response, ready(8) + ready(9)));
    const places: string[] = [];
    await take(hive.events({ lastEventId: "7", onEventId: (id) => places.push(id) }), 2);
    expect(heard[0]?.lastEventId).toBe("7");
    expect(places).toEqual(["8"]);
  });

  test("an event without an id does not move the place to go on from", async () => {
    const { hive, heard } = await serve(
      (_, response) => {
        open(response, `${ready(5)}data: {"type":"ready","unread_count":6}\n\n`);
        setImmediate(() => response.destroy());
      },
      (_, response) => open(response, ready(7)),
    );
    expect(await take(hive.events(), 3)).toEqual([5, 6, 7]);
    expect(heard[1]?.lastEventId).toBe("5");
  });

  test("waits out a server that is away or has too much to do", async () => {
    const { hive } = await serve(
      refuse(503, "SERVICE_UNAVAILABLE"),
      (_, response) => response.destroy(),
      refuse(429, "RATE_LIMITED"),
      (_, response) => open(response, ready(1)),
    );
    expect(await take(hive.events(), 1)).toEqual([1]);
  });

  test("throws what will not pass: at its beginning, and as the last word of an open one", async () => {
    const refused = await serve(refuse(401, "AUTH_INVALID"));
    await expect(take(refused.hive.events(), 1)).rejects.toMatchObject({ code: "AUTH_INVALID", status: 401 });
    const ended = await serve((_, response) => {
      open(response, `${ready(1)}event: stream_error\ndata: {"code":"AUTH_INVALID","message":"x","details":null}\n\n`);
      response.end();
    });
    await expect(take(ended.hive.events(), 2)).rejects.toMatchObject({ name: "HiveSyncError", code: "AUTH_INVALID" });
  });

  test("ends with the reason of the caller's signal, before, while it waits, and while it is open", async () => {
    const { hive } = await serve((_, response) => open(response, ready(1)));
    const leaving = new AbortController();
    const events = hive.events({ signal: leaving.signal });
    expect((await events.next()).value).toMatchObject({ unread_count: 1 });
    const waiting = events.next();
    leaving.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(hive.events({ signal: leaving.signal }).next()).rejects.toThrow("enough");
  });

  test("leaves nothing open when its reader goes", async () => {
    let closed = (): void => undefined;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const { hive } = await serve((request, response) => {
      request.on("close", closed);
      open(response, ready(1));
    });
    expect(await take(hive.events(), 1)).toEqual([1]);
    await gone;
  });

  test("is there by callbacks of the typed client too", async () => {
    const { hive, heard } = await serve((_, response) => open(response, ready(3)));
    const event = await new Promise((resolve, reject) => {
      const subscription = hive.api.notifications.stream.subscribe(undefined, {
        onData: (data) => {
          resolve(data);
          subscription.unsubscribe();
        },
        onError: reject,
      });
    });
    expect(event).toEqual({ id: "3", data: { type: "ready", unread_count: 3 } });
    expect(heard).toHaveLength(1);
  });

  test("names the preview whose stream it is in the address", async () => {
    const { hive, heard } = await serve((_, response) => open(response, 'data: {"type":"end"}\n\n'));
    const id = "01a202b2-c500-7000-8000-000000000061";
    await new Promise<void>((resolve, reject) => {
      const subscription = hive.api.previews.stream.subscribe(
        { id },
        {
          onData: () => {
            resolve();
            subscription.unsubscribe();
          },
          onError: reject,
        },
      );
    });
    expect(heard[0]?.url).toBe(`/api/v1/preview/${id}/stream`);
  });
});
