import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpRequest, type HttpResponse } from "@smithy/core/protocols";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { HttpRequest as HttpRequestFields } from "@smithy/types";
import { sha256Hex } from "../ids.ts";
import { maxTries, silent, timeouts } from "./s3-client.ts";
import { createSigner, objectRequest } from "./s3-signer.ts";
import type { StorageOptions } from "./storage-options.ts";

/** What the store refused, by its own name for it. Named and shaped as the SDK's errors are. */
export class StoreError extends Error {
  readonly $metadata: { httpStatusCode: number };

  constructor(name: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode };
  }
}

/** Bytes of a body, in memory or in a file. */
export type ObjectBody = Uint8Array | { file: string; size: number };

export interface ObjectRequest {
  method: "GET" | "HEAD" | "PUT";
  key: string;
  headers?: Record<string, string>;
  body?: ObjectBody;
  /** SHA-256 of the body in hex, where it is known. */
  sha256?: string;
  signal?: AbortSignal | undefined;
}

/** What came back. Whoever asked reads or destroys the body. */
export interface ObjectAnswer {
  headers: Record<string, string>;
  body: Readable;
}

/** Asks for single objects. */
export interface ObjectRequests {
  /**
   * @returns undefined where there is no such object.
   * @throws {@link StoreError} after three tries, or what the network failed with; an AbortError when aborted.
   */
  send: (request: ObjectRequest) => Promise<ObjectAnswer | undefined>;
  close: () => void;
}

const emptyHash = sha256Hex("");
const firstDelayMs = 100;
const maxErrorBytes = 64 * 1024;
/** A clock that is off by less than this is taken as it is by every store. */
const toleratedSkewMs = 4 * 60_000;

function hashOf({ body, sha256 }: ObjectRequest): string {
  if (sha256 !== undefined || body === undefined) return sha256 ?? emptyHash;
  if (body instanceof Uint8Array) return sha256Hex(body);
  throw new Error("The hash of a file that is uploaded has to be known.");
}

async function readStart(body: Readable): Promise<string> {
  let text = "";
  for await (const chunk of body.setEncoding("utf8") as AsyncIterable<string>)
    if (text.length < maxErrorBytes) text += chunk;
  return text;
}

/** An answer to HEAD has no body that says more than its status. */
async function readError(status: number, body: Readable): Promise<StoreError> {
  const text = await readStart(body).catch(() => "");
  const name = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? String(status);
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? `The store answered ${status}.`;
  return new StoreError(name, message, status);
}

function mayPass(error: unknown): boolean {
  if (error instanceof StoreError) {
    const { httpStatusCode: status } = error.$metadata;
    return status >= 500 || status === 429 || status === 408 || error.name === "RequestTimeTooSkewed";
  }
  // What the network says. A body that cannot be read is no matter of another try.
  return error instanceof Error && ("code" in error || error.name === "TimeoutError");
}

/** A body as a stream or bytes that is sent once, and what tells that it could not be read. */
function openBody(body: ObjectBody | undefined) {
  if (body === undefined || body instanceof Uint8Array) return { content: body, signals: [], close: () => undefined };
  const content = createReadStream(body.file);
  const unreadable = new AbortController();
  content.once("error", (cause) => unreadable.abort(new Error(`${body.file} could not be read`, { cause })));
  return {
    content,
    signals: [unreadable.signal],
    close: () => {
      // A request that was answered before its body was sent is not left to wait for the rest.
      if (!content.readableEnded) unreadable.abort(new Error("The body was not sent whole."));
      content.destroy();
    },
  };
}

/** Time as the store has it. */
function createClock() {
  let skewMs = 0;
  return {
    now: (): Date => new Date(Date.now() + skewMs),
    /** Follows the store's clock where that says something else than ours. */
    follow: (date: string | undefined): boolean => {
      const offsetMs = Date.parse(date ?? "") - Date.now();
      const isOther = Math.abs(offsetMs - skewMs) > toleratedSkewMs;
      if (isOther) skewMs = offsetMs;
      return isOther;
    },
  };
}

/**
 * Opens the way to single objects: the SDK's own signer and connections without the layers between, which take three times as long as both
 * (decision 30).
 */
export function openObjectRequests(options: StorageOptions): ObjectRequests {
  const endpoint = new URL(options.endpoint);
  const signer = createSigner(options);
  const handler = new NodeHttpHandler({ ...timeouts, logger: silent });
  const clock = createClock();

  const sign = async (request: ObjectRequest): Promise<HttpRequestFields> => {
    const { body } = request;
    const unsigned = objectRequest(endpoint, options.bucket, request);
    const size = body instanceof Uint8Array ? body.length : body?.size;
    const headers = {
      ...unsigned.headers,
      ...request.headers,
      "x-amz-content-sha256": hashOf(request),
      ...(size !== undefined && { "content-length": String(size) }),
    };
    return await signer.sign({ ...unsigned, headers }, { signingDate: clock.now() });
  };
  const exchange = async (request: ObjectRequest, body: ReturnType<typeof openBody>): Promise<HttpResponse> => {
    const signals = [...body.signals, ...(request.signal ? [request.signal] : [])];
    const { response } = await handler.handle(new HttpRequest({ ...(await sign(request)), body: body.content }), {
      ...(signals.length > 0 && { abortSignal: AbortSignal.any(signals) }),
      // A file takes as long as it takes, while bytes go.
      ...(body.content instanceof Readable && { requestTimeout: 0 }),
    });
    return response;
  };
  const trySend = async (request: ObjectRequest): Promise<ObjectAnswer | undefined> => {
    const body = openBody(request.body);
    try {
      const { statusCode, headers, body: answer } = (await exchange(request, body)) as HttpResponse & ObjectAnswer;
      if (statusCode < 300) return { headers, body: answer };
      const error = await readError(statusCode, answer);
      if (statusCode === 404 && error.name !== "NoSuchBucket") return undefined;
      // An answer to HEAD does not say why.
      if (statusCode === 403 && clock.follow(headers["date"])) error.name = "RequestTimeTooSkewed";
      throw error;
    } catch (error) {
      const unreadable = body.signals.find(({ aborted }) => aborted);
      throw unreadable ? unreadable.reason : error;
    } finally {
      body.close();
    }
  };
  return {
    send: async (request) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await trySend(request);
        } catch (error) {
          if (tries === maxTries || request.signal?.aborted === true || !mayPass(error)) throw error;
          await sleep(firstDelayMs * 2 ** tries * Math.random(), undefined, { signal: request.signal });
        }
      }
    },
    close: () => handler.destroy(),
  };
}
