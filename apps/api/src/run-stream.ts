import type { Endpoint } from "@hivesync/contracts/endpoint";
import { readCall, type OperationCall, type ReadCall } from "./admit-call.ts";
import type { Deps } from "./deps.ts";
import type { AnyCaller, Operation, StreamEvent } from "./operation.ts";
import { withinTime } from "./within-time.ts";

/** One call of a stream, as an adapter hands it over. */
export interface StreamCall extends OperationCall {
  lastEventId: string | undefined;
  /** Aborts when the client has gone. */
  signal: AbortSignal;
}

type Events = AsyncIterable<StreamEvent<unknown>>;

/** The preview that the stream is about, if it is about one. */
function previewOf({ access }: Endpoint, input: Record<string, unknown>): string | undefined {
  return "of" in access && access.of === "preview" ? String(input[access.by]) : undefined;
}

interface Place {
  ending: AbortController;
  leave: () => void;
  onPoke: (look: () => void) => void;
}

function takePlace(deps: Deps, contract: Endpoint, call: ReadCall & { signal: AbortSignal }): Place {
  const { actor, input, signal } = call;
  if (!actor) throw new Error(`${contract.rest} is a stream of nobody's`);
  const ending = new AbortController();
  let look = (): void => undefined;
  const leave = deps.openStreams.enter({
    actor,
    previewId: previewOf(contract, input),
    end: (reason) => ending.abort(reason),
    poke: () => look(),
  });
  const onGone = (): void => {
    leave();
    ending.abort();
  };
  if (signal.aborted) onGone();
  else signal.addEventListener("abort", onGone, { once: true });
  return { ending, leave, onPoke: (wanted) => (look = wanted) };
}

async function* passOn(events: Events, check: (data: unknown) => void, leave: () => void) {
  try {
    for await (const event of events) {
      check(event.data);
      yield event;
    }
  } finally {
    leave();
  }
}

/**
 * The one way into every stream, whichever adapter the call came by. What is refused is refused before this resolves; then events come until
 * the client has gone, and no answer is late any more. The stream ends by an AppError when its session does.
 *
 * @throws AppError and nothing else.
 */
export function runStream(
  deps: Deps,
  operation: Operation,
  call: StreamCall,
): Promise<AsyncGenerator<StreamEvent<unknown>>> {
  const { contract } = operation;
  return withinTime(contract, async (lateness) => {
    const read = await readCall(deps, contract, call);
    const caller = (await read.authorize()) as AnyCaller;
    await read.count();
    const { ending, leave, onPoke } = takePlace(deps, contract, { ...read, signal: call.signal });
    const { request, lastEventId } = call;
    const context = { ...caller, deps, input: read.input, request, lastEventId, signal: ending.signal, onPoke };
    try {
      // A stream's opener stands in the table beside operations, which have a transaction where it has a signal.
      const opener = operation as unknown as { run: (context: object) => Promise<Events> };
      const events = await opener.run(context);
      lateness.throwIfLate();
      request.becomesStream();
      const check = (data: unknown): void => {
        if (deps.settings.checkOutput) contract.output.parse(data);
      };
      return passOn(events, check, leave);
    } catch (error) {
      leave();
      throw error;
    }
  });
}
