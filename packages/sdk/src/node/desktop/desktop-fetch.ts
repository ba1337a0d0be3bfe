import { request as httpRequest, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { DiscoveryFile } from "@hivesync/contracts/desktop";
import { DesktopGoneError, probeDesktop, type DesktopAgent } from "./desktop-connection.ts";

// A call that waits for so long asks whether the Desktop is still there; a slow server behind it is no reason to leave it.
const patienceMs = 1_500;
const probeTimeoutMs = 1_000;

function toResponse(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  const status = message.statusCode ?? 502;
  const hasBody = status !== 204 && status !== 304;
  return new Response(hasBody ? (Readable.toWeb(message) as ReadableStream) : null, { status, headers });
}

/** Asks again and again, while a call waits, whether the Desktop is still there. Ends with an error when it is not. */
async function watch(discovery: DiscoveryFile, done: AbortSignal): Promise<never> {
  for (;;) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      done.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
    done.throwIfAborted();
    await probeDesktop(discovery, probeTimeoutMs);
  }
}

/**
 * A `fetch` that speaks to one Desktop alone, over connections that have proved themselves.
 *
 * @throws DesktopGoneError when it went away or fell silent before it answered: the call may have arrived or not.
 */
export function createDesktopFetch(discovery: DiscoveryFile, agent: DesktopAgent): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { signal, body, method = "GET" } = init;
    signal?.throwIfAborted();
    const done = new AbortController();
    const answer = new Promise<Response>((resolve, reject) => {
      const sending = httpRequest(
        {
          agent,
          host: "127.0.0.1",
          port: discovery.port,
          method,
          path: url.pathname + url.search,
          headers: { ...Object.fromEntries(new Headers(init.headers)), host: `127.0.0.1:${discovery.port}` },
          ...(signal ? { signal } : {}),
        },
        (message) => resolve(toResponse(message)),
      );
      sending.on("error", (cause) => {
        if (signal?.aborted) reject(signal.reason as Error);
        else reject(cause instanceof DesktopGoneError ? cause : new DesktopGoneError("The Desktop is gone", { cause }));
      });
      done.signal.addEventListener("abort", () => {
        if (done.signal.reason instanceof DesktopGoneError) sending.destroy(done.signal.reason);
      });
      sending.end(typeof body === "string" ? body : undefined);
    });
    watch(discovery, done.signal).catch((error: unknown) => {
      if (!done.signal.aborted)
        done.abort(error instanceof DesktopGoneError ? error : new DesktopGoneError("The Desktop is gone"));
    });
    try {
      return await answer;
    } finally {
      if (!done.signal.aborted) done.abort();
    }
  };
}
