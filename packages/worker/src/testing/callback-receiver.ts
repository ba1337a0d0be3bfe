import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { callbackBody, type CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { isSignedCallback } from "@hivesync/platform/callback-signature";

/** What a callback meets: an answer, or a connection that is cut without one. */
export type CallbackAnswer = { status: number; body: unknown } | "cut";

export const accepted: CallbackAnswer = { status: 200, body: { ok: true, data: { applied: true }, error: null } };

/** Stands where the API's callback endpoint is. It takes what is rightly signed and answers as it is told. */
export interface CallbackReceiver extends AsyncDisposable {
  url: string;
  /** Every callback that arrived, in order, with its `webhook-id`. */
  received: { path: string; messageId: string; body: CallbackBody }[];
  /** Answers for the next callbacks; further ones are accepted. */
  nextAnswers: CallbackAnswer[];
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Starts a receiver on loopback for workers that sign with this secret. */
export async function startCallbackReceiver(secret: string): Promise<CallbackReceiver> {
  const received: CallbackReceiver["received"] = [];
  const nextAnswers: CallbackAnswer[] = [];
  const answerTo = async (request: IncomingMessage): Promise<CallbackAnswer> => {
    const body = await readBody(request);
    if (request.method !== "POST" || !isSignedCallback(body, request.headers, [secret])) {
      return { status: 401, body: { ok: false } };
    }
    received.push({
      path: request.url ?? "",
      messageId: String(request.headers["webhook-id"]),
      body: callbackBody.parse(JSON.parse(body.toString("utf8"))),
    });
    return nextAnswers.shift() ?? accepted;
  };
  const server = createServer((request, response) => {
    void answerTo(request).then((answer) => {
      if (answer === "cut") return request.socket.destroy();
      return response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    nextAnswers,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
