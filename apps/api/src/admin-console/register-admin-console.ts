import { randomBytes } from "node:crypto";
import { AppError } from "@hivesync/platform/app-error";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";
import { pageHeaders } from "#web-page/page-headers.ts";
import { watchConsoleFolder } from "./built-console.ts";
import type { ConsoleFile } from "./read-console.ts";

// A page that is kept would name assets of an earlier build, and its nonce is good for one answer: that of the style sheets which the
// component kit makes while the page runs.
const headersOf = (nonce: string): Record<string, string> =>
  pageHeaders(["script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data:"]);

// The address of a page of the console: anything else is a file, or nothing.
const pagePath = /^[\w/-]*$/;

const notBuilt = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="color-scheme" content="light dark" />
  <title>The admin console is not built</title>
  <h1>The admin console is not built</h1>
  <p>Build it once, then load this page again:</p>
  <pre>npx -y pnpm@12 --filter @hivesync/admin-console build</pre>
  <p>The API looks for it in apps/admin-console/dist, or where HIVESYNC_ADMIN_CONSOLE_DIRECTORY says.</p>
</html>
`;

function sendPage(reply: FastifyReply, html: string | undefined): FastifyReply {
  const nonce = randomBytes(16).toString("base64");
  void reply.headers(headersOf(nonce)).type("text/html; charset=utf-8");
  return html === undefined ? reply.code(503).send(notBuilt) : reply.send(html.replaceAll("CSP_NONCE", nonce));
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  const { type, etag, isImmutable, plain, codings } = file;
  void reply.headers({
    etag,
    vary: "accept-encoding",
    "cache-control": isImmutable ? "public, max-age=31536000, immutable" : "public, no-cache",
  });
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  void reply.type(type);
  const accepted = request.headers["accept-encoding"] ?? "";
  const coding = (["br", "gzip"] as const).find((name) => codings[name] && new RegExp(`\\b${name}\\b`).test(accepted));
  const coded = coding && codings[coding];
  return coded ? reply.header("content-encoding", coding).send(coded) : reply.send(plain);
}

/** Serves the admin console at `/admin`: its files, and its page at every address that is none of them. It asks the API like any client. */
export function registerAdminConsole(app: FastifyInstance, deps: Deps): void {
  const folder = watchConsoleFolder(deps.settings.adminConsoleDirectory);
  const serve = async (request: FastifyRequest, reply: FastifyReply, wanted: string): Promise<FastifyReply> => {
    const console = await folder.current();
    const file = console?.files.get(wanted);
    if (file) return sendFile(request, reply, file);
    if (wanted.startsWith("assets/") || !pagePath.test(wanted)) throw new AppError("NOT_FOUND");
    return sendPage(reply, console?.html);
  };
  app.get("/admin", (request, reply) => serve(request, reply, ""));
  app.get<{ Params: { "*": string } }>("/admin/*", (request, reply) => serve(request, reply, request.params["*"]));
}
