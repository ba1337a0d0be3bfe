import type { Cursor, Page } from "@hivesync/contracts/pagination";
import { AppError } from "@hivesync/platform/app-error";
import { readCall } from "./admit-call.ts";
import type { Deps } from "./deps.ts";
import type { AnyCaller, Operation } from "./operation.ts";
import { takePlace, type StreamCall } from "./run-stream.ts";
import { withinTime } from "./within-time.ts";

/** So many rows are read at once, and in memory until the client has taken them. */
const rowsPerPage = 1_000;

type Row = Cursor & Record<string, unknown>;
type ReadPage = (cursor: Cursor | undefined) => Promise<Page<Row>>;

/** All rows come: whoever asks for some of them has another answer in mind. */
function refusePaging(input: unknown): unknown {
  const asked = ["limit", "offset"].filter((name) => typeof input === "object" && input && name in input);
  if (asked.length === 0) return input;
  throw new AppError("VALIDATION_ERROR", {
    details: asked.map((path) => ({ path, message: "is not taken by an export: it has all rows" })),
  });
}

async function* pagesFrom(first: Page<Row>, readPage: ReadPage, signal: AbortSignal): AsyncGenerator<Row[]> {
  let page = first;
  for (;;) {
    signal.throwIfAborted();
    yield page.items;
    const last = page.items.at(-1);
    if (!page.has_more || !last) return;
    page = await readPage({ created_at: last.created_at, id: last.id });
  }
}

/**
 * Every row of a list, page by page, each read when the one before it was taken. What is refused is refused before this resolves; then no answer is late
 * any more, and it ends by an error when the caller's session does.
 *
 * @throws AppError and nothing else.
 */
export function runExport(deps: Deps, operation: Operation, call: StreamCall): Promise<AsyncIterable<Row[]>> {
  const { contract } = operation;
  return withinTime(contract, async (lateness) => {
    const { request, ending } = call;
    const read = await readCall(deps, contract, { ...call, readInput: () => refusePaging(call.readInput()) });
    const caller = (await read.authorize()) as AnyCaller;
    await read.count();
    const { leave } = takePlace(deps, contract, { ...read, ending });
    const contextOf = (input: Record<string, unknown>) => ({
      ...caller,
      deps,
      input,
      request,
      transact: deps.transact,
    });
    const readPage: ReadPage = async (cursor) => {
      const page = await operation.run(contextOf({ ...read.input, limit: rowsPerPage, offset: 0, cursor }));
      if (deps.settings.checkOutput) contract.output.parse(page);
      return page as Page<Row>;
    };
    try {
      const first = await readPage(read.input["cursor"] as Cursor | undefined);
      lateness.throwIfLate();
      await operation.beginExport?.(contextOf(read.input));
      lateness.throwIfLate();
      request.becomesStream();
      return pagesFrom(first, readPage, ending.signal);
    } catch (error) {
      leave();
      throw error;
    }
  });
}
