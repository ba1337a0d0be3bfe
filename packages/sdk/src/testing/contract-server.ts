import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { api } from "@hivesync/contracts/api";
import type { EndpointKind } from "@hivesync/contracts/endpoint";
import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";
import { initTRPC, TRPCError, type AnyProcedure } from "@trpc/server";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import type { z } from "zod";

/** An error that a handler of the contract server answers with. */
export class ContractError extends Error {
  readonly body: ErrorBody;

  constructor(code: ErrorCode, details: unknown = null) {
    super(errorTable[code].message);
    this.body = { code, message: errorTable[code].message, details };
  }
}

/** What a handler knows of its call. */
export interface ContractCall {
  input: Record<string, unknown>;
  /** Without `Bearer `; empty when there is none. */
  token: string;
  idempotencyKey: string | undefined;
}

/** Handlers by wire name, `projects.create`. What has none answers NOT_FOUND. */
export type ContractHandlers = Record<string, (call: ContractCall) => unknown>;

export interface ContractServer extends AsyncDisposable {
  baseUrl: string;
  handlers: ContractHandlers;
  /** Takes a request before the API does, when it answers `true`: to break it. */
  intercept: (...exchange: Parameters<RequestListener>) => boolean;
  /** Every HTTP request that reached the API. */
  requests: { method: string; url: string }[];
}

interface Endpoint {
  kind: EndpointKind;
  input: z.ZodObject;
  output: z.ZodType;
}

const trpc = initTRPC.context<{ request: IncomingMessage }>().create({
  errorFormatter: ({ shape, error }) => {
    const body = error.cause instanceof ContractError ? error.cause.body : unexpected(error);
    return { ...shape, data: { ...body, httpStatus: errorTable[body.code].status } };
  },
});

function unexpected(error: TRPCError): ErrorBody {
  const code = error.code === "BAD_REQUEST" ? "VALIDATION_ERROR" : "INTERNAL_ERROR";
  return { code, message: error.message, details: null };
}

/** A real HTTP server on loopback that speaks tRPC as the contract says, with the handlers of a test behind it. */
export async function startContractServer(handlers: ContractHandlers): Promise<ContractServer> {
  const contractServer: Omit<ContractServer, "baseUrl" | symbol> = { handlers, intercept: () => false, requests: [] };
  const answer = createHTTPHandler({
    basePath: "/trpc/",
    router: trpc.router(routesOf(contractServer)),
    createContext: ({ req }) => ({ request: req }),
  });
  const server = createServer((request, response) => {
    if (contractServer.intercept(request, response)) return;
    contractServer.requests.push({ method: request.method ?? "", url: request.url ?? "" });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as AddressInfo;
  return Object.assign(contractServer, { baseUrl: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close });
}

function routesOf(server: Pick<ContractServer, "handlers">): Record<string, Record<string, AnyProcedure>> {
  const resources = Object.entries(api as Record<string, Record<string, Endpoint>>);
  return Object.fromEntries(
    resources.map(([resource, endpoints]) => [
      resource,
      Object.fromEntries(
        Object.entries(endpoints)
          // Streams have no handlers here: what follows them is tested against the API itself.
          .filter(([, { kind }]) => kind !== "subscription")
          .map(([name, endpoint]) => [name, procedureOf(server, `${resource}.${name}`, endpoint)]),
      ),
    ]),
  );
}

function procedureOf(server: Pick<ContractServer, "handlers">, path: string, endpoint: Endpoint): AnyProcedure {
  const procedure = trpc.procedure.input(endpoint.input).output(endpoint.output);
  const resolve = async ({ input, ctx }: { input: Record<string, unknown>; ctx: { request: IncomingMessage } }) => {
    try {
      const handler = server.handlers[path];
      if (!handler) throw new ContractError("NOT_FOUND");
      const token = ctx.request.headers.authorization?.replace(/^Bearer /u, "") ?? "";
      const idempotencyKey = ctx.request.headers["idempotency-key"]?.toString();
      return await handler({ input, token, idempotencyKey });
    } catch (cause) {
      throw cause instanceof ContractError ? new TRPCError({ code: trpcCodeOf(cause), cause }) : cause;
    }
  };
  return endpoint.kind === "query" ? procedure.query(resolve) : procedure.mutation(resolve);
}

// Only so that tRPC chooses the HTTP status that the contract gives.
function trpcCodeOf({ body }: ContractError): ConstructorParameters<typeof TRPCError>[0]["code"] {
  const codes = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    409: "CONFLICT",
    422: "UNPROCESSABLE_CONTENT",
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
  } as const;
  return codes[errorTable[body.code].status as keyof typeof codes] ?? "INTERNAL_SERVER_ERROR";
}
