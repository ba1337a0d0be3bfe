import type { Socket } from "node:net";
import { errorTable } from "@hivesync/contracts/errors";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";

/** Answers what is no HTTP, or more of it than fits (headers of over 16 KiB), with the envelope too. There is no request yet to answer to. */
export function answerUnreadable(_error: Error, socket: Socket): void {
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
