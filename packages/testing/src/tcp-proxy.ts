import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between a client and a service, and can do to their connections what networks do. */
export interface TcpProxy extends AsyncDisposable {
  port: number;
  /** Passes nothing on in either direction, of present connections and new ones, and closes none: the peer is gone without a word. */
  freeze: () => void;
  /** New connections pass; those that were frozen stay so. */
  thaw: () => void;
  /** Breaks every present connection. */
  cut: () => void;
  /** Connections that a client holds at this moment. */
  openCount: () => number;
}

interface Pair {
  client: Socket;
  service: Socket;
}

function join(pair: Pair, onEnd: () => void): void {
  const { client, service } = pair;
  client.pipe(service);
  service.pipe(client);
  const end = (): void => {
    client.destroy();
    service.destroy();
    onEnd();
  };
  for (const socket of [client, service]) socket.on("close", end).on("error", end);
}

function separate({ client, service }: Pair): void {
  client.unpipe(service);
  service.unpipe(client);
  // Read on, or the end of the connection would never be noticed.
  for (const socket of [client, service]) socket.on("data", () => undefined).resume();
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
  const server = createServer((client) => {
    const pair = { client, service: connect(Number(service.port), service.hostname) };
    pairs.add(pair);
    join(pair, () => pairs.delete(pair));
    if (isFrozen) separate(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const { client } of pairs) client.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      isFrozen = true;
      for (const pair of pairs) separate(pair);
    },
    thaw: () => {
      isFrozen = false;
    },
    cut,
    openCount: () => pairs.size,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
