import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";

/** A request as it came to the API. */
interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
}

/** Stands before the API: notes what comes, and answers in its place when a test wants it to. */
export interface Relay extends AsyncDisposable {
  url: string;
  seen: SeenRequest[];
  /** Answers in the API's place when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Starts a relay. Bodies pass as they come. */
export async function startRelay(apiUrl: string): Promise<Relay> {
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    relay.seen.push({ method, url, headers });
    if (relay.intercept(request, response)) return;
    const passed = send(
      `${apiUrl}${url}`,
      { method, headers: { ...headers, host: new URL(apiUrl).host } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      },
    );
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    intercept: () => false,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}

/** Answers a request with an error of the table, as the API would over REST. */
export function answerWith(response: ServerResponse, code: ErrorCode): true {
  const { status, message } = errorTable[code];
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "relay" });
  response.end(JSON.stringify({ ok: false, data: null, error: { code, message, details: null } }));
  return true;
}
