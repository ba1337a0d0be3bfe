import type { Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import { readCall, type OperationCall, type ReadCall } from "./admit-call.ts";
import type { Deps } from "./deps.ts";
import {
  checkIdempotencyKey,
  takesIdempotencyKey,
  withIdempotency,
  withoutIdempotency,
  type Idempotency,
} from "./idempotency.ts";
import type { AnyCaller, Operation, Transact } from "./operation.ts";
import { possibleErrors } from "./possible-errors.ts";
import { toAppError } from "./to-app-error.ts";
import { withinTime, type Lateness } from "./within-time.ts";

function idempotencyOf(deps: Deps, operation: Operation, call: ReadCall & { key: string | undefined }): Idempotency {
  const { contract } = operation;
  if (call.key === undefined || call.actor?.kind !== "user" || !takesIdempotencyKey(contract))
    return withoutIdempotency(deps.transact);
  checkIdempotencyKey(call.key);
  return withIdempotency(deps, {
    userId: call.actor.userId,
    endpoint: contract.rest,
    key: call.key,
    input: call.input,
  });
}

/** The transaction of a call that was answered in the meantime is undone: who was told that it failed must find that nothing was done. */
function undoneWhenLate(transact: Transact<unknown>, lateness: Lateness): Transact<unknown> {
  return (work) =>
    transact(async (transaction) => {
      lateness.throwIfLate();
      const answer = await work(transaction);
      lateness.throwIfLate();
      return answer;
    });
}

/** A deletion that is repeated finds nothing to delete, and may have taken the caller's role with it: what was answered before is empty. */
async function replayDeletion(idempotency: Idempotency, refusal: unknown): Promise<{ answer: unknown }> {
  const isGone = refusal instanceof AppError && refusal.code === "NOT_FOUND";
  const earlier = isGone ? await idempotency.replay() : undefined;
  if (earlier) return earlier;
  throw refusal;
}

async function run(deps: Deps, operation: Operation, call: OperationCall & { lateness: Lateness }): Promise<unknown> {
  const { request } = call;
  const read = await readCall(deps, operation.contract, call);
  const idempotency = idempotencyOf(deps, operation, { ...read, key: request.idempotencyKey });
  // Refused or not, it is counted: Redis and the database are asked at once. What may be a repeat is not, until it is known to be none.
  if (operation.contract.kind === "query" || request.idempotencyKey === undefined) read.count().catch(() => undefined);
  let earlier: { answer: unknown } | undefined;
  const caller = await read.authorize(async (refusal) => {
    if (!operation.contract.rest.startsWith("DELETE ")) throw refusal;
    earlier = await replayDeletion(idempotency, refusal);
    return {};
  });
  earlier ??= await idempotency.replay();
  if (earlier) return earlier.answer;
  await read.count();
  return operation.run({
    ...(caller as AnyCaller),
    deps,
    input: read.input,
    request,
    transact: undoneWhenLate(idempotency.transact, call.lateness),
  });
}

/** A refusal that the contract tells of. Any other is a fault of ours: the documentation would be wrong. */
function asDeclared(contract: Endpoint, thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (possibleErrors(contract).includes(error.code)) return error;
  const internal = `${contract.rest} refused with ${error.code}, which its contract does not name`;
  return new AppError("INTERNAL_ERROR", { internal, cause: error });
}

/**
 * The one way into every operation, whichever adapter the call came by: authenticate, parse, authorize, replay a stored answer, count
 * against limits, run, check the output. What is refused before it runs is counted too.
 *
 * @throws AppError and nothing else.
 */
export function runOperation(deps: Deps, operation: Operation, call: OperationCall): Promise<unknown> {
  return withinTime(operation.contract, async (lateness) => {
    const output = await run(deps, operation, { ...call, lateness }).catch((error: unknown) => {
      throw deps.settings.checkOutput ? asDeclared(operation.contract, error) : error;
    });
    // Looked at and not taken over: what is sent is the same, checked or not.
    if (deps.settings.checkOutput) operation.contract.output.parse(output);
    return output;
  });
}
