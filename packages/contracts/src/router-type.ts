import type {
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";
import type { z } from "zod";
import type { Api } from "./api.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ErrorBody } from "./errors.ts";

/** An error over tRPC: `data` carries the same code, message and details as the REST envelope. */
export interface TrpcErrorShape {
  message: string;
  /** JSON-RPC number of tRPC's own protocol. */
  code: number;
  data: ErrorBody & { httpStatus: number };
}

interface Root {
  ctx: object;
  meta: object;
  errorShape: TrpcErrorShape;
  transformer: false;
}

interface Definition<I extends z.ZodType, O extends z.ZodType> {
  input: Record<string, never> extends z.input<I> ? z.input<I> | undefined : z.input<I>;
  output: z.output<O>;
  meta: object;
  errorShape: TrpcErrorShape;
}

/** What a subscriber is handed for each event; `id` is empty where the event has none to resume after. */
export interface StreamedEvent<Data> {
  id: string;
  data: Data;
}

interface SubscriptionDefinition<I extends z.ZodType, O extends z.ZodType> extends Omit<Definition<I, O>, "output"> {
  output: AsyncIterable<StreamedEvent<z.output<O>>, void, unknown>;
}

type ProcedureOf<E> =
  E extends Endpoint<"query", infer I, infer O, infer _>
    ? TRPCQueryProcedure<Definition<I, O>>
    : E extends Endpoint<"mutation", infer I, infer O, infer _>
      ? TRPCMutationProcedure<Definition<I, O>>
      : E extends Endpoint<"subscription", infer I, infer O, infer _>
        ? TRPCSubscriptionProcedure<SubscriptionDefinition<I, O>>
        : never;

/** The names of a resource's endpoints that are part of the tRPC router: all but callbacks. */
type ProcedureNames<Resource> = {
  [Name in keyof Resource]: Resource[Name] extends { kind: "callback" } ? never : Name;
}[keyof Resource];

type ResourceNames = {
  [Name in keyof Api]: ProcedureNames<Api[Name]> extends never ? never : Name;
}[keyof Api];

/**
 * The tRPC router's type, computed from the contract alone, so that clients are typed without importing the server.
 *
 * @example
 * const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url })] });
 * const project = await client.projects.create.mutate({ name: "Todo" });
 */
export type AppRouter = TRPCBuiltRouter<
  Root,
  { [R in ResourceNames]: { [Name in ProcedureNames<Api[R]>]: ProcedureOf<Api[R][Name]> } }
>;
