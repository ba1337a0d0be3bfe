import { parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { readCall, type OperationCall, type ReadCall } from "./admit-call.ts";
import type { Deps } from "./deps.ts";
import type { AnyCaller, Operation, StreamEvent } from "./operation.ts";
import { withinTime } from "./within-time.ts";

/** One call of a stream, as an adapter hands it over. */
export interface StreamCall extends OperationCall {
  lastEventId: string | undefined;
  /** Aborted when the client has gone, and with an AppError when the stream has to end. */
  ending: AbortController;
}

type Events = AsyncIterable<StreamEvent<unknown>>;

/** The preview that the stream is about, if it is about one. */
function previewOf({ access }: Endpoint, input: Record<string, unknown>): string | undefined {
  return "of" in access && access.of === "preview" ? String(input[access.by]) : undefined;
}

interface Place {
  leave: () => void;
  onPoke: (look: () => void) => void;
}

/** A place among the open streams, until `ending` aborts. Nothing else may be kept for each of them: thousands are open at once. */
export function takePlace(deps: Deps, contract: Endpoint, call: ReadCall & { ending: AbortController }): Place {
  const { actor, input, ending } = call;
  if (!actor) throw new Error(`${contract.rest} is a stream of nobody's`);
  let look = (): void => undefined;
  const leave = deps.openStreams.enter({
    actor,
    previewId: previewOf(contract, input),
    endpoint: parseRest(contract.rest).path,
    isOfSite: contract.access.kind === "site",
    end: (reason) => ending.abort(reason),
    poke: () => look(),
  });
  if (ending.signal.aborted) leave();
  else ending.signal.addEventListener("abort", leave, { once: true });
  return { leave, onPoke: (wanted) => (look = wanted) };
}

async function* checked(events: Events, { output }: Endpoint): Events {
  for await (const event of events) {
    output.parse(event.data);
    yield event;
  }
}

/**
 * The one way into every stream, whichever adapter the call came by. What is refused is refused before this resolves; then events come until
 * the client has gone, and no answer is late any more. The stream ends by an AppError when its session does.
 *
 * @throws AppError and nothing else.
 */
export function runStream(deps: Deps, operation: Operation, call: StreamCall): Promise<Events> {
  const { contract } = operation;
  return withinTime(contract, async (lateness) => {
    const { request, lastEventId, ending } = call;
    const read = await readCall(deps, contract, call);
    const caller = (await read.authorize()) as AnyCaller;
    await read.count();
    const { leave, onPoke } = takePlace(deps, contract, { ...read, ending });
    const context = { ...caller, deps, input: read.input, request, lastEventId, signal: ending.signal, onPoke };
    try {
      // A stream's opener stands in the table beside operations, which have a transaction where it has a signal.
      const opener = operation as unknown as { run: (context: object) => Promise<Events> };
      const events = await opener.run(context);
      lateness.throwIfLate();
      request.becomesStream();
      return deps.settings.checkOutput ? checked(events, contract) : events;
    } catch (error) {
      leave();
      throw error;
    }
  });
}
