import { once } from "node:events";
import type { Server } from "node:http";

const attempts = 5;

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const failed = once(server, "error").then(([error]) => {
    throw error;
  });
  server.listen({ host, port, exclusive: true });
  await Promise.race([once(server, "listening"), failed]);
  failed.catch(() => undefined);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has no port.");
  return address.port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Listens on the same port of both loopback addresses; undefined when it is taken on one of them. */
async function listenOn(port: number, makeServer: () => Server): Promise<Listening | undefined> {
  const server4 = makeServer();
  try {
    port = await listen(server4, "127.0.0.1", port);
  } catch (error) {
    if (codeOf(error) === "EADDRINUSE" || codeOf(error) === "EACCES") return undefined;
    throw error;
  }
  const server6 = makeServer();
  try {
    await listen(server6, "::1", port);
    return { port, servers: [server4, server6] };
  } catch (error) {
    // A machine without IPv6 has nobody who could listen there either.
    if (codeOf(error) !== "EADDRINUSE") return { port, servers: [server4] };
    await close(server4);
    return undefined;
  }
}

interface Listening {
  port: number;
  servers: Server[];
}

/**
 * Listens on 127.0.0.1 and ::1, and nowhere else: on the port that is wanted, or on any other when it is taken on either.
 *
 * @throws Error when there is no such port.
 */
export async function listenOnLoopback(wanted: number, makeServer: () => Server): Promise<Listening> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const listening = await listenOn(attempt === 1 ? wanted : 0, makeServer);
    if (listening) return listening;
  }
  throw new Error("No port of loopback is free.");
}
