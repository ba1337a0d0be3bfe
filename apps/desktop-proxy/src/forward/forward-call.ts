import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyReply, FastifyRequest } from "fastify";
import { request as send, type Dispatcher } from "undici";
import type { Caller } from "#account.ts";
import type { Deps } from "#deps.ts";
import { assertSameUser } from "#http/admit-request.ts";
import { keepBody, type KeptBody } from "./kept-body.ts";
import { toClient, toUpstream } from "./passed-headers.ts";
import { findTokenRefusal } from "./refused-token.ts";

/** A call that may go on to the API. */
export interface ForwardedCall {
  /** What is called, by its names over tRPC. */
  names: readonly string[];
  /** Path and query at the API, made anew from what was understood of the client's. */
  path: string;
  bodyLimitBytes: number;
  /** How long the API gives itself. */
  timeoutMs: number;
  /** Whether nobody has to be signed in. */
  isPublic: boolean;
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

type Answer = Dispatcher.ResponseData;

/** Between two pieces of an answer. A stream gives a sign of life every 15 seconds. */
const bodyTimeoutMs = 60_000;

/** An answer that may tell of a refused token: all of a call, or one in a batch. */
const maybeRefused = new Set([401, 207]);

interface Sending {
  call: ForwardedCall;
  request: FastifyRequest;
  body: KeptBody | undefined;
  signal: AbortSignal;
}

async function sendAs(caller: Caller | undefined, deps: Deps, sending: Sending): Promise<Answer> {
  const { call, request, body, signal } = sending;
  try {
    return await send(`${deps.upstream}${call.path}`, {
      dispatcher: deps.dispatcher,
      method: request.method,
      headers: toUpstream(request.headers, caller?.accessToken),
      body: body ? Readable.from(body.stream(), { objectMode: false }) : null,
      headersTimeout: call.timeoutMs + deps.networkMs,
      bodyTimeout: bodyTimeoutMs,
      signal,
    });
  } catch (error) {
    throw body?.tooLarge ?? error;
  }
}

/** The answer, and its text where it had to be read. */
interface Answered {
  answer: Answer;
  read?: string;
}

/** Sends it; once more, after a renewal, when the token was refused. */
async function sendRenewed(caller: Caller | undefined, deps: Deps, sending: Sending): Promise<Answered> {
  const answer = await sendAs(caller, deps, sending);
  if (!caller || !maybeRefused.has(answer.statusCode)) return { answer };
  const read = await text(answer.body);
  const refusal = findTokenRefusal(read);
  const renewed = refusal && (await deps.account.replacement(caller.accessToken, refusal));
  if (!renewed || renewed.accessToken === caller.accessToken) return { answer, read };
  assertSameUser(sending.request, deps.token, renewed.userId);
  return { answer: await sendAs(renewed, deps, sending) };
}

function logCall(deps: Deps, call: ForwardedCall, exchange: Exchange): void {
  const { raw } = exchange.reply;
  const isLogged = call.names.some((name) => name.startsWith("previews.") || name.startsWith("ai."));
  deps.log[isLogged ? "info" : "debug"]("forwarded", {
    names: call.names,
    status: raw.statusCode,
    request_id: raw.getHeader("x-request-id"),
    duration_ms: Math.round(exchange.reply.elapsedTime * 10) / 10,
  });
}

/** Passes the answer on as it is, piece by piece as it comes. */
async function passOn({ answer, read }: Answered, reply: FastifyReply): Promise<void> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(answer.statusCode, toClient(answer.headers));
  if (read !== undefined) {
    raw.end(read);
    return;
  }
  raw.flushHeaders();
  // Cut in the middle, by whichever side: so is the other.
  await pipeline(answer.body, raw).catch(() => raw.destroy());
}

/**
 * Sends a call to the API with the Desktop's own login, and its answer back. Bodies pass in both directions as they come.
 *
 * @throws AppError AUTH_INVALID when nobody is signed in; what the network throws when the API cannot be reached.
 */
export async function forwardCall(deps: Deps, call: ForwardedCall, exchange: Exchange): Promise<void> {
  const { request, reply } = exchange;
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  const caller = await deps.account.caller();
  if (!caller && !call.isPublic) throw new AppError("AUTH_INVALID", { publicMessage: "The Desktop is not signed in." });
  assertSameUser(request, deps.token, caller?.userId);
  const body = keepBody(request.raw, call.bodyLimitBytes);
  const answered = await sendRenewed(caller, deps, { call, request, body, signal: gone.signal });
  await passOn(answered, reply);
  logCall(deps, call, exchange);
}
