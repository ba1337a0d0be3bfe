import { Socket } from "node:net";

// Preloaded by `node --import` into a process that commits: prints when Postgres has told it of each commit, on the clock that all processes of a machine share.

// The server's word for a command that is done ends with a NUL (manual, "Message Formats": CommandComplete).
const committed = Buffer.from("COMMIT\0");

// oxlint-disable-next-line typescript/unbound-method -- called on the socket that it is called on.
const push = Socket.prototype.push;
Socket.prototype.push = function (this: Socket, chunk: unknown, ...rest) {
  if (Buffer.isBuffer(chunk) && chunk.includes(committed)) {
    const at = process.hrtime.bigint();
    setImmediate(() => console.log(`committed at ${at}`));
  }
  return push.call(this, chunk, ...rest);
};
