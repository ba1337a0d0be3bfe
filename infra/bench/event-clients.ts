import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { forEachLimited } from "@hivesync/platform/for-each-limited";
import type { Caller } from "./callers.ts";

/** Readers of event streams. */
export interface EventClients {
  /** Waits until something with this text has come to each of them from now on; the time when the last one had it. */
  nextOfEach: (text: string) => Promise<number>;
  /** Hangs up, and waits until every connection is gone. */
  close: () => Promise<void>;
}

interface EventClient {
  next: (text: string) => Promise<number>;
  close: () => Promise<void>;
}

const openedAtOnce = 50;
const opensWithinMs = 120_000;

function open(url: string, caller: Caller): Promise<{ outgoing: ClientRequest; incoming: IncomingMessage }> {
  const headers = { authorization: `Bearer ${caller.token}`, accept: "text/event-stream" };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      if (incoming.statusCode === 200) return resolve({ outgoing, incoming });
      reject(new Error(`${url} answered ${incoming.statusCode}`));
      incoming.resume();
    });
    outgoing.end();
  });
}

async function openClient(url: string, caller: Caller): Promise<EventClient> {
  const { outgoing, incoming } = await open(url, caller);
  let wanted: { text: string; found: PromiseWithResolvers<number> } | undefined;
  // What comes before anybody asks for it stays for the first who does.
  let text = "";
  const look = (): void => {
    if (!wanted || !text.includes(wanted.text)) return;
    text = "";
    wanted.found.resolve(performance.now());
    wanted = undefined;
  };
  incoming.setEncoding("utf8");
  incoming.on("data", (chunk: string) => {
    text += chunk;
    look();
  });
  incoming.on("error", (error) => wanted?.found.reject(error));
  incoming.on("close", () => wanted?.found.reject(new Error("the stream has ended")));
  return {
    next: (sought) => {
      wanted = { text: sought, found: Promise.withResolvers() };
      const { promise } = wanted.found;
      look();
      return promise;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => incoming.once("close", () => resolve()));
      outgoing.destroy();
      await closed;
    },
  };
}

/** Opens a stream for each caller, and waits until each has said that it stands. */
export async function openEventClients(url: string, callers: readonly Caller[], ready: string): Promise<EventClients> {
  const clients: EventClient[] = [];
  const signal = AbortSignal.timeout(opensWithinMs);
  await forEachLimited(callers, { limit: openedAtOnce, signal }, async (caller) => {
    const client = await openClient(url, caller);
    clients.push(client);
    await client.next(ready);
  });
  return {
    nextOfEach: async (text) => Math.max(...(await Promise.all(clients.map((client) => client.next(text))))),
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
