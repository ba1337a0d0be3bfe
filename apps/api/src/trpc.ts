import type { AppRouter } from "@hivesync/contracts/router-type";
import { AppError } from "@hivesync/platform/app-error";
import { initTRPC, tracked, type TRPCError } from "@trpc/server";
import { fastifyTRPCPlugin, type CreateFastifyContextOptions } from "@trpc/server/adapters/fastify";
import type { FastifyInstance } from "fastify";
import { api } from "@hivesync/contracts/api";
import { defaultBodyLimitBytes } from "@hivesync/contracts/endpoint";
import { guardAdminProcedures } from "./admin-guard.ts";
import type { RequestContext } from "./context.ts";
import type { Deps } from "./deps.ts";
import type { Operation, StreamEvent } from "./operation.ts";
import { refusalHeaders } from "./rate-limit/allowance.ts";
import { requireCallerOfLargeBody } from "./require-caller.ts";
import { toRequestContext } from "./request-context.ts";
import { router } from "./router.ts";
import { runOperation } from "./run-operation.ts";
import { runStream } from "./run-stream.ts";
import { answerTrpcError, formatTrpcError, toTrpcError } from "./trpc-errors.ts";

const largestBatch = 20;

// A client that hears nothing for this long connects anew.
const pingMs = 15_000;
const reconnectAfterInactivityMs = 40_000;

const t = initTRPC.context<RequestContext>().create({
  sse: { ping: { enabled: true, intervalMs: pingMs }, client: { reconnectAfterInactivityMs } },
  errorFormatter: formatTrpcError,
});

interface Resolving {
  ctx: RequestContext;
  input: unknown;
  signal: AbortSignal | undefined;
}

async function inTrpcWords<Result>(ctx: RequestContext, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const [name, value] of Object.entries(refusalHeaders(error))) ctx.setHeader(name, value);
    throw toTrpcError(error);
  }
}

/** The protocol puts the Last-Event-ID header into the input, where our contracts have no field for it. */
function takeLastEventId(input: unknown): { input: unknown; lastEventId: string | undefined } {
  if (typeof input !== "object" || input === null || !("lastEventId" in input))
    return { input, lastEventId: undefined };
  const { lastEventId, ...rest } = input;
  return { input: rest, lastEventId: typeof lastEventId === "string" ? lastEventId : undefined };
}

async function* trackedEvents(events: AsyncIterable<StreamEvent<unknown>>) {
  try {
    for await (const { id, data } of events) yield id === undefined ? data : tracked(id, data);
  } catch (error) {
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
}

function toSubscription(deps: Deps, operation: Operation) {
  return t.procedure
    .input((input: unknown) => input)
    .subscription(({ ctx, input: given, signal }: Resolving) =>
      inTrpcWords(ctx, async () => {
        const { input, lastEventId } = takeLastEventId(given);
        const ending = new AbortController();
        if (signal?.aborted) ending.abort();
        else signal?.addEventListener("abort", () => ending.abort(), { once: true });
        const call = { request: ctx, readInput: () => input, lastEventId, ending };
        return trackedEvents(await runStream(deps, operation, call));
      }),
    );
}

function toProcedure(deps: Deps, operation: Operation) {
  if (operation.contract.kind === "subscription") return toSubscription(deps, operation);
  const procedure = t.procedure.input((input: unknown) => input);
  const resolve = ({ ctx, input }: Resolving): Promise<unknown> =>
    inTrpcWords(ctx, () => runOperation(deps, operation, { request: ctx, readInput: () => input }));
  return operation.contract.kind === "query" ? procedure.query(resolve) : procedure.mutation(resolve);
}

/** Makes the tRPC router of the table of operations. Its type comes from the contract; the table is held to the same contract. */
export function createTrpcRouter(deps: Deps): AppRouter {
  const record = Object.fromEntries(
    Object.entries(router).map(([resource, operations]) => [
      resource,
      Object.fromEntries(
        Object.entries<Operation>(operations)
          .filter(([, { contract }]) => contract.kind !== "callback")
          .map(([name, operation]) => [name, toProcedure(deps, operation)]),
      ),
    ]),
  );
  return t.router(record) as unknown as AppRouter;
}

function createContext({ req, res, info }: CreateFastifyContextOptions): RequestContext {
  const refuse = (message: string): never => {
    throw toTrpcError(new AppError("VALIDATION_ERROR", { details: [{ path: "", message }] }));
  };
  if (info.isBatchCall && info.type === "mutation") refuse("mutations are not batched");
  // They stand in the address, which proxies write down: a token does not belong there.
  if (info.connectionParams !== null) refuse("connectionParams are not taken: send the Authorization header");
  return toRequestContext(req, res);
}

/** Serves tRPC's own protocol at `/trpc` by its own adapter. */
export async function registerTrpc(app: FastifyInstance, deps: Deps): Promise<void> {
  const large = `previews.request`;
  const largest = api.previews.request.bodyLimitBytes ?? defaultBodyLimitBytes;
  await app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.bodyLimit = largest;
    });
    scope.setErrorHandler(answerTrpcError);
    scope.addHook("onRequest", guardAdminProcedures);
    scope.addHook("onRequest", requireCallerOfLargeBody);
    scope.addHook("preHandler", async (request) => {
      const isLarge = (request.params as { path?: string }).path === large;
      const size = typeof request.body === "string" ? Buffer.byteLength(request.body) : 0;
      if (!isLarge && size > defaultBodyLimitBytes) throw new AppError("PAYLOAD_TOO_LARGE");
      // A client that calls without input sends no body, as over REST.
      if (request.method === "POST" && !request.body) request.body = "{}";
    });
    await scope.register(fastifyTRPCPlugin, {
      prefix: "/trpc",
      trpcOptions: {
        maxBatchSize: largestBatch,
        router: createTrpcRouter(deps),
        createContext,
        onError: ({ error, ctx }: { error: TRPCError; ctx?: RequestContext | undefined }) => {
          const cause =
            error.cause instanceof AppError ? error.cause : new AppError("INTERNAL_ERROR", { cause: error });
          if (cause.status >= 500 && error.code !== "NOT_FOUND") {
            deps.log.error("request_failed", {
              request_id: ctx?.requestId,
              code: cause.code,
              reason: cause.message,
              error: cause.cause,
            });
          }
        },
      },
    });
  });
}
