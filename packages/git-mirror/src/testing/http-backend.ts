import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";

/** One request to git's own server program. */
export interface BackendRequest {
  root: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** Takes the body's bytes on their way to the client. */
  send: (body: AsyncIterable<Buffer>) => Promise<void>;
}

function variables({ root, request }: BackendRequest): Record<string, string> {
  const url = new URL(request.url ?? "/", "https://server");
  const header = (name: string): string => request.headers[name]?.toString() ?? "";
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? "GET",
    CONTENT_TYPE: header("content-type"),
    HTTP_CONTENT_ENCODING: header("content-encoding"),
    GIT_PROTOCOL: header("git-protocol"),
    REMOTE_ADDR: "127.0.0.1",
  };
}

const headerEnd = "\r\n\r\n";

/** Splits a CGI answer: first its header, then the body as it comes. */
async function* cgiBody(output: Readable, onHeader: (lines: string[]) => void): AsyncGenerator<Buffer> {
  let start = Buffer.alloc(0);
  let hasHeader = false;
  for await (const chunk of output as AsyncIterable<Buffer>) {
    if (hasHeader) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    const end = start.indexOf(headerEnd);
    if (end === -1) continue;
    hasHeader = true;
    onHeader(start.subarray(0, end).toString("latin1").split("\r\n"));
    yield start.subarray(end + headerEnd.length);
  }
}

/** Lets `git http-backend` answer. */
export async function answerByBackend(exchange: BackendRequest): Promise<void> {
  const { request, response, send } = exchange;
  const child = spawn("git", ["http-backend"], { env: variables(exchange), stdio: ["pipe", "pipe", "ignore"] });
  // A client that is gone needs no answer.
  response.once("close", () => child.kill("SIGKILL"));
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  const body = cgiBody(child.stdout, (lines) => {
    for (const line of lines) {
      const [name = "", value = ""] = line.split(/: (.*)/s);
      if (name === "Status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
  });
  await send(body);
}
