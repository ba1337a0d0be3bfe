import { hasRole, type Access, type Role } from "@hivesync/contracts/access";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { Scope } from "./actor.ts";
import { authenticate, type Actor } from "./auth/authenticate.ts";
import { findPreviewScope, findScope } from "./auth/find-scope.ts";
import type { RawRequest, RequestContext } from "./context.ts";
import type { Deps } from "./deps.ts";
import { parseInput } from "./parse-input.ts";

/** One call of an operation, as an adapter hands it over. `raw` is there for callbacks alone. */
export interface OperationCall {
  /** Called once the caller is known: nothing of a stranger's is read further than needed. */
  readInput: () => unknown;
  request: RequestContext;
  raw?: RawRequest;
}

type RoleAccess = Extract<Access, { kind: "role" | "role_or_preview" }>;

interface KnownCall {
  actor: Actor;
  input: Record<string, unknown>;
}

function mayAct(access: RoleAccess, scope: Scope & { role: Role }, call: KnownCall & { userId: string }): boolean {
  if (hasRole(scope.role, access.minimum)) return true;
  if (access.orAuthor && scope.isAuthor) return true;
  return access.orSelf !== undefined && call.input[access.orSelf] === call.userId;
}

async function scopeFor(deps: Deps, access: RoleAccess, { actor, input }: KnownCall): Promise<Scope> {
  const id = String(input[access.by]);
  if (actor?.kind === "preview") {
    const scope = actor.jobId === id ? await findPreviewScope(deps.db, id) : undefined;
    if (scope) return scope;
    throw new AppError("NOT_FOUND");
  }
  if (!actor) throw new AppError("AUTH_INVALID");
  const scope = await findScope(deps.db, { of: access.of, id }, actor.userId);
  // Whoever is not in the team is told nothing, not even that there is something.
  if (!scope?.role) throw new AppError("NOT_FOUND");
  const { role } = scope;
  if (!mayAct(access, { ...scope, role }, { actor, input, userId: actor.userId })) throw new AppError("FORBIDDEN");
  return scope;
}

async function authorize(deps: Deps, access: Access, call: KnownCall): Promise<object> {
  const { actor } = call;
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
      return { actor, scope: await scopeFor(deps, access, call) };
  }
}

function actorId(actor: NonNullable<Actor>): string {
  return actor.kind === "user" ? actor.userId : actor.jobId;
}

/** A call whose caller and input are known. */
export interface ReadCall extends KnownCall {
  /** Counts the call against the caller's limit, once however often it is asked to. @throws AppError RATE_LIMITED */
  count: () => Promise<void>;
  /**
   * What the operation is told of its caller.
   *
   * @param otherwise - What to do instead of refusing; throws the refusal where there is nothing.
   * @throws AppError NOT_FOUND or FORBIDDEN
   */
  authorize: (otherwise?: (refusal: unknown) => Promise<object>) => Promise<object>;
}

/** Authenticates and parses. What is refused costs as much to read as any other, and is counted too. */
export async function readCall(deps: Deps, contract: Endpoint, call: OperationCall): Promise<ReadCall> {
  const actor = await authenticate(deps, contract.access, call);
  let counted: Promise<void> | undefined;
  const count = async (): Promise<void> => {
    if (contract.rate === "none" || !actor) return;
    counted ??= deps.limits.countCall(actorId(actor), call.request);
    await counted;
  };
  const countedWhenRefused = async <Value>(work: () => Value | Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      await count();
      throw error;
    }
  };
  const input = await countedWhenRefused(() => parseInput(contract, call.readInput()));
  return {
    actor,
    input,
    count,
    authorize: (otherwise) =>
      countedWhenRefused(() => authorize(deps, contract.access, { actor, input }).catch(otherwise)),
  };
}
