import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

/** Stands between a client and a service, and can do to their connections what networks do. */
export interface TcpProxy extends AsyncDisposable {
  port: number;
  /** Passes nothing on in either direction, of present connections and new ones, and closes none: the peer is gone without a word. */
  freeze: () => void;
  /** New connections pass; those that were frozen stay so. */
  thaw: () => void;
  /** Lets everything take this many milliseconds more, in each direction; 0 is as it was. */
  delay: (milliseconds: number) => void;
  /** Breaks every present connection. */
  cut: () => void;
  /** Takes no new connections, like a service that has ended, until `accept`. */
  refuse: () => Promise<void>;
  accept: () => Promise<void>;
  /** Bytes that the service has sent over all connections. */
  passedBytes: () => number;
  /** Connections that a client holds at this moment. */
  openCount: () => number;
}

interface Pair {
  client: Socket;
  service: Socket;
  isFrozen: boolean;
}

/** Passes on what comes, in its order, each piece after the delay that held when it came. */
function passOn(from: Socket, to: Socket, conditions: { isFrozen: () => boolean; delayMs: () => number }): void {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (delayMs: number, work: () => void): void => {
    const delayed = delayMs > 0 ? setTimeout(delayMs) : undefined;
    last = last.then(() => delayed).then(work);
  };
  // Read also while frozen, or the end of the connection would never be noticed.
  from.on("data", (chunk: Buffer) => {
    inTurn(conditions.delayMs(), () => {
      if (!conditions.isFrozen() && to.writable) to.write(chunk);
    });
  });
  from.on("end", () => inTurn(0, () => to.end()));
}

function join(pair: Pair, delayMs: () => number, onEnd: () => void): void {
  const { client, service } = pair;
  const conditions = { isFrozen: () => pair.isFrozen, delayMs };
  passOn(client, service, conditions);
  passOn(service, client, conditions);
  const end = (): void => {
    client.destroy();
    service.destroy();
    onEnd();
  };
  for (const socket of [client, service]) socket.on("close", end).on("error", end);
}

/**
 * Starts a proxy on a free port of loopback.
 *
 * @example
 * await using proxy = await startTcpProxy(new URL(stack.databaseUrls.api));
 * proxy.freeze();
 */
export async function startTcpProxy(service: { hostname: string; port: string }): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let isFrozen = false;
  let delayMs = 0;
  let passedBytes = 0;
  const server = createServer((client) => {
    const pair = { client, service: connect(Number(service.port), service.hostname), isFrozen };
    pairs.add(pair);
    pair.service.on("data", (chunk: Buffer) => (passedBytes += chunk.length));
    join(
      pair,
      () => delayMs,
      () => pairs.delete(pair),
    );
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, "127.0.0.1", resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const { client } of pairs) client.destroy();
  };
  return {
    port,
    freeze: () => {
      isFrozen = true;
      for (const pair of pairs) pair.isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    cut,
    refuse: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
    accept: () => listen(port),
    passedBytes: () => passedBytes,
    openCount: () => pairs.size,
    [Symbol.asyncDispose]: async () => {
      cut();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
