import { ModelFailure } from "#models/model-failure.ts";

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that gives up on an answer of more than `maxBytes`, whatever its headers say, and follows no redirect: code
 * goes to the configured server only.
 */
export function limitedFetch(maxBytes: number): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "error" });
    let bytes = 0;
    const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) controller.error(new ModelFailure("flood"));
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body?.pipeThrough(limit) ?? null, { status, statusText, headers });
  };
}
