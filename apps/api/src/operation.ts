import type { Access } from "@hivesync/contracts/access";
import type { Api } from "@hivesync/contracts/api";
import type { Endpoint, EndpointKind } from "@hivesync/contracts/endpoint";
import type { z } from "zod";
import type { Caller } from "./actor.ts";
import type { RequestContext } from "./context.ts";
import type { Deps } from "./deps.ts";
import type { Transaction } from "./transaction.ts";

/**
 * Runs the operation's one transaction. With an Idempotency-Key the answer is stored in it, so that effect and answer are there together or
 * not at all; a repeat gets the stored answer and runs nothing.
 */
export type Transact<Output> = (work: (transaction: Transaction) => Promise<Output>) => Promise<Output>;

/** What an operation is given. */
export type OperationContext<I extends z.ZodObject, O extends z.ZodType, A extends Access> = Caller<A> & {
  deps: Deps;
  input: z.output<I>;
  request: RequestContext;
  transact: Transact<z.input<O>>;
};

/** Whoever may call anything: what operations of every contract are handed, each seeing only its own part. */
export type AnyCaller = Caller<Access> & Caller<{ kind: "role"; minimum: "Member"; of: "project"; by: "id" }>;

/** One endpoint's contract with the function that fulfils it. */
export interface Operation<E extends Endpoint = Endpoint> {
  contract: E;
  // A method, so that operations of every contract fit into one table.
  run(context: OperationContext<z.ZodObject, z.ZodType, Access> & Caller<Access>): Promise<unknown>;
  /** Before the first row of the list is sent to someone who exports it. */
  beginExport?(context: OperationContext<z.ZodObject, z.ZodType, Access> & Caller<Access>): Promise<void>;
}

/** One event of a stream. One with an `id` is where a client that was cut off goes on. */
export interface StreamEvent<Data> {
  id?: string;
  data: Data;
}

/** What the opening of a stream is given. */
export type StreamContext<I extends z.ZodObject, A extends Access> = Caller<A> & {
  deps: Deps;
  input: z.output<I>;
  request: RequestContext;
  /** The id of the last event that the client has seen. */
  lastEventId: string | undefined;
  /** Aborts when the client has gone, or with an AppError that the client is told when the stream has to end. */
  signal: AbortSignal;
  /** Told from time to time, and when something may have been missed: look at the database again. */
  onPoke: (look: () => void) => void;
};

/**
 * Ties the opening of a stream to its contract. What it refuses is refused before the first event; it ends when `signal` aborts.
 */
export function streamOperation<I extends z.ZodObject, O extends z.ZodType, A extends Access>(
  contract: Endpoint<"subscription", I, O, A>,
  open: (context: StreamContext<I, A>) => Promise<AsyncIterable<StreamEvent<z.input<O>>>>,
): Operation<Endpoint<"subscription", I, O, A>> {
  return { contract, run: open as unknown as Operation["run"] };
}

/**
 * Ties a function to its contract. It reads in one order: check, write in one transaction, enqueue, return; who may call it, limits and
 * parsing have been seen to by `run-operation.ts`.
 */
export function operation<K extends EndpointKind, I extends z.ZodObject, O extends z.ZodType, A extends Access>(
  contract: Endpoint<K, I, O, A>,
  run: (context: OperationContext<I, O, A>) => Promise<z.input<O>>,
  { beginExport }: { beginExport?: (context: OperationContext<I, O, A>) => Promise<void> } = {},
): Operation<Endpoint<K, I, O, A>> {
  return {
    contract,
    run: run as Operation["run"],
    ...(beginExport && { beginExport: beginExport as NonNullable<Operation["beginExport"]> }),
  };
}

/** The table of a resource's operations: one for each endpoint of the contract, no more and no fewer. */
export type Operations<Resource extends keyof Api> = {
  [Name in keyof Api[Resource]]: Api[Resource][Name] extends Endpoint ? Operation<Api[Resource][Name]> : never;
};
