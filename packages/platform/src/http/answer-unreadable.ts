import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { errorTable } from "@hivesync/contracts/errors";
import { AppError } from "#app-error.ts";
import { newId } from "#ids.ts";

function refuse(socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status } = errorTable.VALIDATION_ERROR;
  const error = new AppError("VALIDATION_ERROR", { details: [{ path: "", message: "the request cannot be read" }] });
  const body = JSON.stringify({ ok: false, data: null, error: error.toBody() });
  const headers = [
    `HTTP/1.1 ${status} Bad Request`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${newId()}`,
    "connection: close",
  ];
  socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}

/** What Node would answer by itself, or not at all, because it cannot be read as a request. */
export interface Unreadable {
  /** Answers what is no HTTP, or more of it than fits (headers of over 16 KiB), with the envelope too. */
  answer: (error: Error, socket: Socket) => void;
  /** Lets everything else come to be answered as a request. */
  attachTo: (server: Server) => void;
}

/** Makes what answers a server's unreadable requests. */
export function createUnreadable(): Unreadable {
  const lastOf = new WeakMap<Socket, ServerResponse>();
  return {
    answer: (_error, socket) => {
      const last = lastOf.get(socket);
      if (!last || last.writableFinished) return refuse(socket);
      // What came after a whole request does not take its answer away: it may have had its effect.
      if (last.req.complete) return void last.once("finish", () => socket.end());
      if (last.headersSent) return void socket.destroy();
      refuse(socket);
    },
    attachTo: (server) => {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        lastOf.set(request.socket, response);
      });
      // Otherwise refused without a word. What is expected of us may be passed over (RFC 9110, section 10.1.1).
      server.on("checkExpectation", (request, response) => server.emit("request", request, response));
      server.on("connect", (_request: IncomingMessage, socket: Duplex) => refuse(socket));
    },
  };
}
