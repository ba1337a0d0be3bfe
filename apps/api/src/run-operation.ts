import { hasRole, type Access } from "@hivesync/contracts/access";
import { defaultTimeoutMs, type Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { Caller, Scope } from "./actor.ts";
import { authenticate, type Actor } from "./auth/authenticate.ts";
import { findPreviewScope, findScope } from "./auth/find-scope.ts";
import type { RawRequest, RequestContext } from "./context.ts";
import type { Deps } from "./deps.ts";
import { checkIdempotencyKey, withIdempotency, withoutIdempotency, type Idempotency } from "./idempotency.ts";
import type { Operation, Transact } from "./operation.ts";
import { parseInput } from "./parse-input.ts";
import { toAppError } from "./to-app-error.ts";

/** One call of an operation, as an adapter hands it over. `raw` is there for callbacks alone. */
export interface OperationCall {
  /** Called once the caller is known: nothing of a stranger's is read further than needed. */
  readInput: () => unknown;
  request: RequestContext;
  raw?: RawRequest;
}

type RoleAccess = Extract<Access, { kind: "role" | "role_or_preview" }>;

async function scopeFor(deps: Deps, access: RoleAccess, caller: { actor: Actor; id: string }): Promise<Scope> {
  const { actor, id } = caller;
  if (actor?.kind === "preview") {
    const scope = actor.jobId === id ? await findPreviewScope(deps.db, id) : undefined;
    if (scope) return scope;
    throw new AppError("NOT_FOUND");
  }
  const scope = actor && (await findScope(deps.db, { of: access.of, id }, actor.userId));
  // Whoever is not in the team is told nothing, not even that there is something.
  if (!scope?.role) throw new AppError("NOT_FOUND");
  if (!hasRole(scope.role, access.minimum)) throw new AppError("FORBIDDEN");
  return scope;
}

async function authorize(
  deps: Deps,
  access: Access,
  call: { actor: Actor; input: Record<string, unknown> },
): Promise<object> {
  const { actor, input } = call;
  switch (access.kind) {
    case "public":
    case "worker":
      return {};
    case "user":
      return { actor };
    case "site":
      if (actor?.kind !== "user" || actor.tier !== "Admin") throw new AppError("FORBIDDEN");
      return { actor };
    case "role":
    case "role_or_preview":
      return { actor, scope: await scopeFor(deps, access, { actor, id: String(input[access.by]) }) };
  }
}

function idempotencyOf(
  deps: Deps,
  operation: Operation,
  call: { actor: Actor; key: string | undefined; input: Record<string, unknown> },
): Idempotency {
  const { contract } = operation;
  // Answers of auth hold tokens, and are safe to repeat by their own rules.
  const isAuth = contract.rest.includes(" /auth/");
  if (call.key === undefined || contract.kind !== "mutation" || call.actor?.kind !== "user" || isAuth)
    return withoutIdempotency(deps.db);
  checkIdempotencyKey(call.key);
  return withIdempotency(deps.db, {
    userId: call.actor.userId,
    endpoint: contract.rest,
    key: call.key,
    input: call.input,
  });
}

/** The transaction of a call that was answered in the meantime is undone: who was told that it failed must find that nothing was done. */
function undoneWhenLate(transact: Transact<unknown>, late: AbortSignal): Transact<unknown> {
  return (work) =>
    transact(async (transaction) => {
      late.throwIfAborted();
      const answer = await work(transaction);
      late.throwIfAborted();
      return answer;
    });
}

async function readCall(
  deps: Deps,
  contract: Endpoint,
  call: { actor: Actor; readInput: () => unknown },
): Promise<{ input: Record<string, unknown>; caller: object }> {
  const input = parseInput(contract, call.readInput());
  return { input, caller: await authorize(deps, contract.access, { actor: call.actor, input }) };
}

function actorId(actor: NonNullable<Actor>): string {
  return actor.kind === "user" ? actor.userId : actor.jobId;
}

async function run(deps: Deps, operation: Operation, call: OperationCall & { late: AbortSignal }): Promise<unknown> {
  const { contract } = operation;
  const { request } = call;
  const actor = await authenticate(deps, contract.access, call);
  const count = async (): Promise<void> => {
    if (contract.rate !== "none" && actor) await deps.limits.countCall(actorId(actor), request);
  };
  const { input, caller } = await readCall(deps, contract, { actor, readInput: call.readInput }).catch(
    async (error) => {
      // What is refused costs as much to read as any other; only a repeat of what was answered is free.
      await count();
      throw error;
    },
  );
  const idempotency = idempotencyOf(deps, operation, { actor, key: request.idempotencyKey, input });
  const earlier = await idempotency.replay();
  if (earlier) return earlier.answer;
  await count();
  const context = {
    ...(caller as Caller<Access> & Caller<{ kind: "role"; minimum: "Member"; of: "project"; by: "id" }>),
    deps,
    input,
    request,
  };
  return operation.run({ ...context, transact: undoneWhenLate(idempotency.transact, call.late) });
}

/**
 * The one way into every operation, whichever adapter the call came by: authenticate, parse, authorize, replay a stored answer, count
 * against limits, run, check the output. What is refused before it runs is counted too.
 *
 * @throws AppError and nothing else.
 */
export async function runOperation(deps: Deps, operation: Operation, call: OperationCall): Promise<unknown> {
  const timeoutMs = operation.contract.timeoutMs ?? defaultTimeoutMs;
  const late = new AbortController();
  const overdue = new Promise<never>((_, reject) => {
    late.signal.addEventListener("abort", () => reject(late.signal.reason as AppError));
  });
  const timer = setTimeout(() => {
    late.abort(
      new AppError("SERVICE_UNAVAILABLE", { internal: `no answer within ${timeoutMs} ms`, retryAfterSeconds: 1 }),
    );
  }, timeoutMs);
  try {
    const output = await Promise.race([run(deps, operation, { ...call, late: late.signal }), overdue]);
    return deps.settings.checkOutput ? operation.contract.output.parse(output) : output;
  } catch (error) {
    throw toAppError(error);
  } finally {
    clearTimeout(timer);
  }
}
