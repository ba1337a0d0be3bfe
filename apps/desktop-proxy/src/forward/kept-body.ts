import type { IncomingMessage } from "node:http";
import { AppError } from "@hivesync/platform/app-error";

/** A request's body on its way through: passed on as it comes, and kept, so that it can be sent once more. */
export class KeptBody {
  readonly #source: IncomingMessage;
  readonly #limitBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #isWhole = false;
  /** Set when it is larger than its limit. */
  tooLarge: AppError | undefined;

  constructor(source: IncomingMessage, limitBytes: number) {
    this.#source = source;
    this.#limitBytes = limitBytes;
  }

  /** From its beginning, as often as it is asked for, one after the other. */
  async *stream(): AsyncGenerator<Buffer, void, void> {
    yield* this.#chunks;
    if (this.#isWhole) return;
    // Who reads may stop early; the client must be answered all the same.
    for await (const chunk of this.#source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#limitBytes) throw (this.tooLarge = new AppError("PAYLOAD_TOO_LARGE"));
      this.#chunks.push(chunk);
      yield chunk;
    }
    if (!this.#source.complete) throw new Error("The client went away in the middle of its request");
    this.#isWhole = true;
  }
}

/** The body of a request; undefined when it has none. @throws AppError PAYLOAD_TOO_LARGE when it says so beforehand. */
export function keepBody(source: IncomingMessage, limitBytes: number): KeptBody | undefined {
  const length = source.headers["content-length"];
  if (length === undefined && source.headers["transfer-encoding"] === undefined) return undefined;
  if (Number(length) === 0) return undefined;
  if (Number(length) > limitBytes) throw new AppError("PAYLOAD_TOO_LARGE");
  return new KeptBody(source, limitBytes);
}
