import type { AppRouter } from "@hivesync/contracts/router-type";
import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";
import { AppError } from "@hivesync/platform/app-error";
import { initTRPC, TRPCError, type TRPC_ERROR_CODE_KEY } from "@trpc/server";
import { fastifyTRPCPlugin, type CreateFastifyContextOptions } from "@trpc/server/adapters/fastify";
import type { FastifyInstance } from "fastify";
import { api } from "@hivesync/contracts/api";
import { defaultBodyLimitBytes } from "@hivesync/contracts/endpoint";
import type { RequestContext } from "./context.ts";
import type { Deps } from "./deps.ts";
import type { Operation } from "./operation.ts";
import { requireCallerOfLargeBody } from "./require-caller.ts";
import { toRequestContext } from "./request-context.ts";
import { router } from "./router.ts";
import { runOperation } from "./run-operation.ts";

const largestBatch = 20;

// tRPC has its own names for statuses; the one for 503 among them.
const trpcCodeOfStatus: Readonly<Record<number, TRPC_ERROR_CODE_KEY>> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_SUPPORTED",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT",
  429: "TOO_MANY_REQUESTS",
  503: "SERVICE_UNAVAILABLE",
};

const codeOfTrpcCode: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorCode>> = {
  BAD_REQUEST: "VALIDATION_ERROR",
  PARSE_ERROR: "VALIDATION_ERROR",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  PAYLOAD_TOO_LARGE: "PAYLOAD_TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};

function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({
    code: trpcCodeOfStatus[error.status] ?? "INTERNAL_SERVER_ERROR",
    message: error.publicMessage,
    cause: error,
  });
}

const t = initTRPC.context<RequestContext>().create({
  // What the protocol itself refuses gets a code of our table as well; an inner message never goes out.
  errorFormatter: ({ error, shape }) => {
    const code = codeOfTrpcCode[error.code] ?? "INTERNAL_ERROR";
    const body = error.cause instanceof AppError ? error.cause.toBody() : new AppError(code).toBody();
    return { ...shape, message: body.message, data: { ...body, httpStatus: errorTable[body.code].status } };
  },
});

function toProcedure(deps: Deps, operation: Operation) {
  const procedure = t.procedure.input((input: unknown) => input);
  const resolve = async ({ ctx, input }: { ctx: RequestContext; input: unknown }): Promise<unknown> => {
    try {
      return await runOperation(deps, operation, { request: ctx, readInput: () => input });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.retryAfterSeconds !== undefined) ctx.setHeader("retry-after", String(error.retryAfterSeconds));
      throw toTrpcError(error);
    }
  };
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
