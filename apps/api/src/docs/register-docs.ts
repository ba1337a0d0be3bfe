import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "#deps.ts";
import { webPage, type WebPage } from "#web-page/web-page.ts";

interface Asset {
  text: string;
  gzipped: Buffer;
  etag: string;
}

/** Loaded and made at the first request, so that no start waits for it; then kept. */
function once(make: () => Promise<string>): () => Promise<Asset> {
  let made: Promise<Asset> | undefined;
  const build = async (): Promise<Asset> => {
    const text = await make();
    const hash = createHash("sha256").update(text).digest("base64url");
    return { text, gzipped: await promisify(gzip)(text), etag: `"${hash.slice(0, 22)}"` };
  };
  return () => (made ??= build());
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, { text, gzipped, etag }: Asset): FastifyReply {
  void reply.headers({ etag, vary: "accept-encoding", "cache-control": "public, no-cache" });
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  const takesGzip = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
  return takesGzip ? reply.header("content-encoding", "gzip").send(gzipped) : reply.send(text);
}

const page = webPage(new URL("./page/docs.js", import.meta.url));

const policyOf = ({ scriptSource }: WebPage): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${scriptSource}`,
    // The reference styles its elements by attributes, which no hash can name.
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** Serves the description of the API at `/openapi.json`, and the page to read and try it at `/docs`. Everything comes from here. */
export function registerDocs(app: FastifyInstance, deps: Deps): void {
  const document = once(async () => {
    const { describeApi } = await import("./openapi-document.ts");
    return JSON.stringify(describeApi(deps.settings));
  });
  const script = once(async () => {
    const { readScalarScript } = await import("./scalar-script.ts");
    return readScalarScript();
  });
  app.get("/openapi.json", async (request, reply) =>
    sendAsset(request, reply.type("application/json; charset=utf-8"), await document()),
  );
  app.get("/docs", async (_request, reply) => {
    const made = await page();
    return reply
      .headers({
        "content-security-policy": policyOf(made),
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
      })
      .type("text/html; charset=utf-8")
      .send(made.html);
  });
  app.get("/docs/scalar.js", async (request, reply) =>
    sendAsset(request, reply.type("text/javascript; charset=utf-8"), await script()),
  );
}
