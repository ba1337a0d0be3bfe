import { defaultBodyLimitBytes, parseRest, type Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Deps } from "./deps.ts";
import { sendError } from "./envelope.ts";
import type { OperationCall } from "./admit-call.ts";
import { answersOneResource, etagOf, namesEtag } from "./etag.ts";
import type { Operation } from "./operation.ts";
import { requireCallerOfLargeBody } from "./require-caller.ts";
import { toRequestContext } from "./request-context.ts";
import { allOperations } from "./router.ts";
import { runExport } from "./run-export.ts";
import { runOperation } from "./run-operation.ts";
import { runStream } from "./run-stream.ts";
import { sendEvents } from "./send-events.ts";
import { prefersLines, sendLines } from "./send-lines.ts";

export const restPrefix = "/api/v1";

// Health checks of load balancers and people look for it at the root too.
const alsoAtRoot = ["/health", "/health/deep"];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The type of a field, within what makes it optional, nullable or defaulted. */
function typeOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod;
  return "innerType" in def ? typeOf(def.innerType as z.core.$ZodType) : def.type;
}

/** A query string holds text alone: what the contract has as a number or a boolean is read as one, anything else is left for the contract to refuse. */
function queryReader(contract: Endpoint): (query: Record<string, unknown>) => Record<string, unknown> {
  const types = new Map(Object.entries(contract.input.shape).map(([key, schema]) => [key, typeOf(schema)]));
  const read = (key: string, value: unknown): unknown => {
    const type = types.get(key);
    if (type === "number" && typeof value === "string" && /^-?\d{1,15}$/.test(value)) return Number(value);
    if (type === "boolean" && (value === "true" || value === "false")) return value === "true";
    return value;
  };
  return (query) => Object.fromEntries(Object.entries(query).map(([key, value]) => [key, read(key, value)]));
}

function readBody(body: unknown, parameters: readonly string[]): Record<string, unknown> {
  if (!isObject(body))
    throw new AppError("VALIDATION_ERROR", { details: [{ path: "", message: "the body must be a JSON object" }] });
  const repeated = parameters.filter((name) => Object.hasOwn(body, name));
  if (repeated.length === 0) return body;
  throw new AppError("VALIDATION_ERROR", {
    details: repeated.map((path) => ({ path, message: "stands in the address, not in the body" })),
  });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new AppError("VALIDATION_ERROR", { details: [{ path: "", message: "the body is not valid JSON" }], cause });
  }
}

/** How a call's input is read, by where the contract has it. */
function inputReader(contract: Endpoint): (request: FastifyRequest) => Omit<OperationCall, "request"> {
  const { method, parameters } = parseRest(contract.rest);
  if (contract.kind === "callback") {
    return ({ headers, body }) => {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      return { raw: { headers, body: bytes }, readInput: () => parseJson(bytes) };
    };
  }
  if (method === "GET" || method === "DELETE") {
    const readQuery = queryReader(contract);
    return ({ query, params }) => ({
      readInput: () => ({ ...readQuery(query as Record<string, unknown>), ...(params as object) }),
    });
  }
  return ({ body, params }) => ({ readInput: () => ({ ...readBody(body ?? {}, parameters), ...(params as object) }) });
}

/** Tells the answer's ETag. True when the client has that very answer already. */
function isKnownToClient(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  void reply.headers({ etag, "cache-control": "private, no-cache" });
  const known = request.headers["if-none-match"];
  const isRead = request.method === "GET" || request.method === "HEAD";
  return isRead && known !== undefined && namesEtag(known, etag);
}

/** Aborts when the client closes the connection. */
function endingWithClient(reply: FastifyReply): AbortController {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone;
}

function streamHandler(deps: Deps, operation: Operation) {
  const read = inputReader(operation.contract);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const context = toRequestContext(request, reply);
      const lastEventId = context.header("last-event-id");
      const call = { ...read(request), request: context, lastEventId, ending: endingWithClient(reply) };
      await sendEvents(reply, await runStream(deps, operation, call));
    } catch (error) {
      await sendError(request, reply, error);
    }
  };
}

/** As `audit-20261122T101500Z.ndjson`. */
function exportName({ rest }: Endpoint): string {
  const [name = ""] = parseRest(rest).path.split("/").slice(-1);
  return `${name}-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}.ndjson`;
}

function exportHandler(deps: Deps, operation: Operation) {
  const read = inputReader(operation.contract);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const ending = endingWithClient(reply);
      const call = { ...read(request), request: toRequestContext(request, reply), lastEventId: undefined, ending };
      const pages = await runExport(deps, operation, call);
      await sendLines(reply, pages, { fileName: exportName(operation.contract), signal: ending.signal });
    } catch (error) {
      await sendError(request, reply, error);
    }
  };
}

/** Whether a call wants all rows of a list that is exported. */
function isExport({ exports }: Endpoint, { method, headers }: FastifyRequest): boolean {
  return exports !== undefined && method === "GET" && prefersLines(headers.accept);
}

function registerEndpoint(app: FastifyInstance, deps: Deps, operation: Operation): void {
  const { contract } = operation;
  const { method, path } = parseRest(contract.rest);
  const read = inputReader(contract);
  const status = contract.status ?? 200;
  const hasEtag = answersOneResource(contract);
  const exportAll = exportHandler(deps, operation);
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    if (isExport(contract, request)) return exportAll(request, reply);
    try {
      const data = await runOperation(deps, operation, { ...read(request), request: toRequestContext(request, reply) });
      if (hasEtag && isKnownToClient(request, reply, etagOf(data))) return reply.code(304).send();
      return reply
        .code(status)
        .header("content-type", "application/json; charset=utf-8")
        .send(`{"ok":true,"data":${JSON.stringify(data)},"error":null}`);
    } catch (error) {
      return sendError(request, reply, error);
    }
  };
  const url = path.replaceAll(/\{(\w+)\}/g, ":$1");
  const bodyLimit = contract.bodyLimitBytes ?? defaultBodyLimitBytes;
  const onRequest = bodyLimit > defaultBodyLimitBytes ? [requireCallerOfLargeBody] : [];
  if (contract.kind === "subscription") {
    // A HEAD of it would never end.
    app.route({ method, url: restPrefix + url, exposeHeadRoute: false, handler: streamHandler(deps, operation) });
    return;
  }
  for (const prefix of alsoAtRoot.includes(url) ? [restPrefix, ""] : [restPrefix]) {
    app.route({ method, url: prefix + url, bodyLimit, onRequest, handler });
  }
}

/** Registers a REST route for every endpoint of the contract. Holds nothing about any one of them. */
export function registerRest(app: FastifyInstance, deps: Deps): void {
  const [callbacks, others] = [true, false].map((wanted) =>
    allOperations.filter(({ contract }) => (contract.kind === "callback") === wanted),
  );
  for (const operation of others ?? []) registerEndpoint(app, deps, operation);
  void app.register(async (scope) => {
    // The signature covers the bytes as they came: they are not read as JSON before it was checked.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const operation of callbacks ?? []) registerEndpoint(scope, deps, operation);
  });
}
