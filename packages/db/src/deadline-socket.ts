import { connect, type Socket } from "node:net";

/**
 * A socket that is destroyed when the server leaves something written unanswered for `deadlineMs`.
 *
 * `statement_timeout` is the server's promise and does not help against a backend that is frozen or a peer that is gone without a word:
 * the query then waits for ever and its connection never returns to the pool. Destroyed, the query fails at once and the pool connects anew.
 */
export async function connectWithDeadline(
  address: { host: string; port: number },
  deadlineMs: number,
): Promise<Socket> {
  const socket = connect({ ...address, noDelay: true, keepAlive: true });
  let timer: NodeJS.Timeout | undefined;
  const disarm = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const arm = (): void => {
    timer ??= setTimeout(() => socket.destroy(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  };
  arm();
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  }).finally(disarm);
  const write = socket.write.bind(socket) as (...parameters: Parameters<Socket["write"]>) => boolean;
  socket.write = ((...parameters: Parameters<Socket["write"]>) => {
    arm();
    return write(...parameters);
  }) as Socket["write"];
  socket.on("data", disarm);
  socket.on("close", disarm);
  return socket;
}
