import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What stands in front of several APIs, as a load balancer does: connections go round those that say on `/health` that they serve. */
export interface Balancer extends AsyncDisposable {
  url: string;
  /** How many connections each backend got, in the order in which they were given. */
  connections: () => number[];
}

interface Backend {
  port: number;
  isServing: boolean;
  connections: number;
}

const lookEveryMs = 100;

async function isServing(port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(1_000);
  // A connection of its own each time: one that is kept would outlive what it asks about.
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal, headers: { connection: "close" } }).catch(
    () => undefined,
  );
  return answer?.ok ?? false;
}

function join(client: Socket, service: Socket): void {
  client.pipe(service).pipe(client);
  const end = (): void => {
    client.destroy();
    service.destroy();
  };
  for (const socket of [client, service]) socket.on("error", end).on("close", end);
}

/** Opens a connection to the backend, or answers undefined where nobody takes it. */
function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}

/** Starts a balancer before APIs on these ports. It knows nothing of HTTP but `/health`, and never repeats what was sent. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const backends: Backend[] = ports.map((port) => ({ port, isServing: false, connections: 0 }));
  const clients = new Set<Socket>();
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await Promise.all(backends.map(async (one) => (one.isServing = await isServing(one.port))));
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  let turn = 0;
  const take = async (client: Socket): Promise<void> => {
    clients.add(client);
    client.once("close", () => clients.delete(client)).on("error", () => client.destroy());
    turn += 1;
    const inTurn = backends.map((_, index) => backends[(turn + index) % backends.length] as Backend);
    for (const backend of inTurn.filter((one) => one.isServing)) {
      const service = await open(backend.port);
      if (!service) continue;
      backend.connections += 1;
      join(client, service);
      return;
    }
    client.destroy();
  };
  const server = createServer({ pauseOnConnect: true }, (client) => void take(client));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const looking = look();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => backends.map(({ connections }) => connections),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
      await looking;
    },
  };
}
