import type { WatchedConnection } from "./deadline-socket.ts";

/** The connections of a pool. */
export interface PoolState {
  /** The most that there may be. */
  size: number;
  open: number;
  /** Of these those that a query runs on. Undefined over TLS, where that cannot be seen. */
  busy: number | undefined;
  /** Those that failed or were given up, since the pool was made. */
  failures: number;
}

/** Knows the connections of a pool by their sockets: postgres.js itself does not tell of them. */
export function createPoolWatch(size: number): { add: (connection: WatchedConnection) => void; read: () => PoolState } {
  const connections = new Set<WatchedConnection>();
  let failures = 0;
  return {
    add: (connection) => {
      const { socket } = connection;
      socket.once("connect", () => connections.add(connection));
      socket.once("error", () => (failures += 1));
      socket.once("close", () => connections.delete(connection));
    },
    read: () => {
      const busy = [...connections].map(({ isBusy }) => isBusy());
      const isKnown = !busy.includes(undefined);
      return { size, open: connections.size, busy: isKnown ? busy.filter(Boolean).length : undefined, failures };
    },
  };
}
