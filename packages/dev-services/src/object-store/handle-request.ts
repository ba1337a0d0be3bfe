import { randomUUID, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { authenticate } from "./authenticate.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { parseFault, type Fault, type Faults } from "./faults.ts";
import { chooseOperation } from "./operations.ts";
import type { Store } from "./operation.ts";
import { asS3Error, errorDocument, S3Error } from "./s3-error.ts";
import { headerValue, parseRequest, type S3Request } from "./s3-request.ts";

/** What a request is handled with. */
export interface HandlerContext {
  readonly store: Store;
  readonly corsOrigins: readonly string[];
  readonly faults: Faults;
  readonly faultsToken: string | undefined;
  /** Aborted when the store stops. */
  readonly stopping: AbortSignal;
  readonly onError: (error: unknown) => void;
}

const faultsBucket = "_faults";
const defaultDelayMs = 1_000;

const equal = (left: string, right: string): boolean =>
  Buffer.byteLength(left) === Buffer.byteLength(right) && timingSafeEqual(Buffer.from(left), Buffer.from(right));

/** `POST /_faults` with a fault as JSON switches it on, `DELETE /_faults` off. An underscore is in no bucket's name. */
const controlFaults = async (context: HandlerContext, request: S3Request, response: ServerResponse): Promise<void> => {
  if (!equal(headerValue(request, "authorization") ?? "", `Bearer ${context.faultsToken}`))
    throw new S3Error("AccessDenied", "Access Denied");
  if (request.method === "DELETE") context.faults.clear();
  else if (request.method === "POST") {
    const body = await text(request.body);
    try {
      context.faults.set(parseFault(body));
    } catch (error) {
      throw new S3Error("InvalidArgument", String(error));
    }
  } else throw new S3Error("NotImplemented", "Faults are set by POST and cleared by DELETE.");
  response.writeHead(204).end();
};

/** True when the connection was cut and there is nothing more to do. */
const applyFault = async (fault: Fault, request: S3Request, stopping: AbortSignal): Promise<boolean> => {
  if (fault.mode === "error500") throw new S3Error("InternalError", "We encountered an internal error.");
  if (fault.mode === "slow") await delay(fault.delayMs ?? defaultDelayMs, undefined, { signal: stopping });
  const isDownload = request.method === "GET" && request.key !== "";
  const cut = fault.mode === "down" || (fault.mode === "truncate" && !isDownload);
  if (cut) request.body.socket.destroy();
  return cut;
};

const answer = async (context: HandlerContext, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { store, corsOrigins, faults, faultsToken, stopping } = context;
  const request = parseRequest(incoming);
  if (faultsToken !== undefined && request.bucket === faultsBucket) return controlFaults(context, request, response);
  for (const [name, value] of Object.entries(corsHeaders(request, corsOrigins))) response.setHeader(name, value);
  const fault = faults.take(request);
  if (fault !== undefined && (await applyFault(fault, request, stopping))) return;
  if (request.method === "OPTIONS") {
    response.writeHead(200, preflightHeaders(request, corsOrigins)).end();
    return;
  }
  const payloadHash = authenticate(request, store.credentials);
  if (request.bucket !== store.bucket) throw new S3Error("NoSuchBucket", "The specified bucket does not exist");
  await chooseOperation(request)({ store, request, response, payloadHash, fault });
};

const answerError = (error: S3Error, incoming: IncomingMessage, response: ServerResponse): void => {
  // Clients that are still sending read the answer only when they are done, so the rest of the body is let through.
  incoming.resume();
  const path = (incoming.url ?? "/").split("?", 1)[0] ?? "/";
  const document = errorDocument(error, path, String(response.getHeader("x-amz-request-id")));
  response.writeHead(error.status, {
    ...error.headers,
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(document),
  });
  response.end(incoming.method === "HEAD" ? undefined : document);
};

/** Answers one request. Never rejects. */
export const handleRequest = async (
  context: HandlerContext,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  response.setHeader("x-amz-request-id", randomUUID());
  try {
    await answer(context, incoming, response);
  } catch (error) {
    // The client is gone, or the answer has begun: there is nobody to tell, or no way to.
    if (response.destroyed || response.headersSent || incoming.errored !== null) {
      response.destroy();
      return;
    }
    const known = asS3Error(error);
    if (known === undefined) context.onError(error);
    answerError(known ?? new S3Error("InternalError", "We encountered an internal error."), incoming, response);
  }
};
