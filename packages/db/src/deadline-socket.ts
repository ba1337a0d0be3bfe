import { connect, type Socket } from "node:net";

const headerBytes = 5;

/**
 * Counts messages of some types in a stream of Postgres's messages, wherever it was cut into chunks. Each begins with a byte for its type
 * and four for its length, those four included (manual, "Overview of the protocol").
 */
function createMessageCounter(types: string): (chunk: Buffer) => number {
  const wanted = new Set(Buffer.from(types));
  let partialHeader: Buffer = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    const bytes = partialHeader.length === 0 ? chunk : Buffer.concat([partialHeader, chunk]);
    let count = 0;
    let at = skip;
    while (at + headerBytes <= bytes.length) {
      if (wanted.has(bytes.readUInt8(at))) count += 1;
      at += 1 + bytes.readUInt32BE(at + 1);
    }
    partialHeader = bytes.subarray(at);
    skip = Math.max(0, at - bytes.length);
    return count;
  };
}

// Asks whether the server speaks TLS: the one first message of this length.
const tlsRequestBytes = 8;

/**
 * Holds an error back until the socket is closed. In between, which is a turn of the event loop, postgres.js takes the connection for open:
 * a query that it is given then is neither answered nor refused, ever.
 */
function tellErrorAtClose(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...values: unknown[]) => boolean;
  let failure: unknown;
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event === "error") {
      failure ??= values[0];
      return true;
    }
    if (event === "close" && failure !== undefined) emit("error", failure);
    return emit(event, ...values);
  };
}

/** A connection, and whether it owes an answer: undefined where that cannot be seen. */
export interface WatchedConnection {
  socket: Socket;
  isBusy: () => boolean | undefined;
}

/**
 * A socket to Postgres that is destroyed when the server leaves something written unanswered for `deadlineMs`.
 *
 * `statement_timeout` is the server's promise and does not help against a backend that is frozen or a peer that is gone without a word:
 * the query then waits for ever and its connection never returns to the pool. Destroyed, the query fails at once and the pool connects anew.
 * Over TLS nothing can be seen here of what is asked and answered: the deadline does not hold there.
 *
 * It is given out before it is connected: a failure to connect is then one of the socket, which postgres.js recovers from. Thrown instead,
 * it would cost the pool a connection for good.
 */
export function connectWithDeadline(
  address: { host: string; port: number },
  deadlineMs: number,
  onOpened?: (connection: WatchedConnection) => void,
): Socket {
  const socket = connect({ ...address, noDelay: true, keepAlive: true });
  tellErrorAtClose(socket);
  let waitingSince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const check = (): void => {
    timer = undefined;
    if (waitingSince === undefined) return;
    const leftMs = waitingSince + deadlineMs - performance.now();
    if (leftMs <= 0) socket.destroy(new Error(`no answer within ${deadlineMs} ms`));
    else timer = setTimeout(check, leftMs);
  };
  // The timer stays when the answer has come: one for each query would cost more than the looking.
  const wait = (): void => {
    waitingSince = performance.now();
    timer ??= setTimeout(check, deadlineMs);
  };
  // Sync and Query are what a ReadyForQuery answers, and so is the first message, which has no type.
  const countAsked = createMessageCounter("SQ");
  const countAnswered = createMessageCounter("Z");
  let due: number | undefined;
  let isEncrypted = false;
  const write = socket.write.bind(socket) as (...parameters: Parameters<Socket["write"]>) => boolean;
  socket.write = ((...parameters: Parameters<Socket["write"]>) => {
    const bytes = parameters[0] as Buffer;
    if (due === undefined && bytes.length === tlsRequestBytes) {
      isEncrypted = true;
      return write(...parameters);
    }
    due = due === undefined ? 1 : due + countAsked(bytes);
    if (waitingSince === undefined) wait();
    return write(...parameters);
  }) as Socket["write"];
  socket.on("data", (chunk: Buffer) => {
    if (due === undefined) return;
    due -= countAnswered(chunk);
    waitingSince = undefined;
    if (due > 0) wait();
  });
  socket.on("close", () => {
    waitingSince = undefined;
    clearTimeout(timer);
  });
  onOpened?.({ socket, isBusy: () => (isEncrypted ? undefined : (due ?? 0) > 0) });
  return socket;
}
