import { createServer } from "node:net";

const listenOnce = async (port: number): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port, exclusive: true }, resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("A TCP server has no port.");
  return address.port;
};

/**
 * A TCP port on 127.0.0.1 that nothing listens on at this moment.
 *
 * @example
 * const port = await freePort();
 */
export const freePort = (): Promise<number> => listenOnce(0);

/** What {@link assertPortFree} says when the port is taken. */
export interface PortUse {
  /** The program that wants the port, as people call it: "Postgres". */
  readonly what: string;
  /** The environment variable that chooses another port. */
  readonly environmentName: string;
}

/**
 * Passes when nothing listens on the port of 127.0.0.1, or the port is 0 (any).
 *
 * @throws Error with a message for people, which names the environment variable that helps.
 * @example
 * await assertPortFree(4003, { what: "Postgres", environmentName: "HIVESYNC_POSTGRES_PORT" });
 */
export const assertPortFree = async (port: number, use: PortUse): Promise<void> => {
  try {
    await listenOnce(port);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${code ?? String(error)})`;
    throw new Error(
      `port ${port} (${use.what}) ${reason}; set ${use.environmentName} to another port, or to 0 for any free one`,
      { cause: error },
    );
  }
};

const portAttempts = 5;

/** Runs `start` on the port; where it is 0, on a free one, and on another if that was taken in the meantime. */
export const startOnPort = async <Started>(
  port: number,
  start: (port: number) => Promise<Started>,
): Promise<Started> => {
  if (port !== 0) return start(port);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === portAttempts || !/address already in use/i.test(String(error))) throw error;
    }
  }
};
