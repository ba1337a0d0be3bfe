import type { FastifyInstance } from "fastify";
import { readWebPage } from "#web-page/read-web-page.ts";

const script = new URL("./page/device.js", import.meta.url);

/** Serves `GET /device`: the page on which a person signs in and approves or denies a device. It asks the API like any client. */
export function registerDevicePage(app: FastifyInstance): void {
  const { html, scriptSource, styleSource } = readWebPage(script);
  const headers = {
    "content-security-policy": [
      "default-src 'none'",
      `script-src ${scriptSource}`,
      `style-src ${styleSource}`,
      "connect-src 'self'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      // Framed, its buttons could be laid under somebody else's.
      "frame-ancestors 'none'",
    ].join("; "),
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
  };
  app.get("/device", async (_request, reply) => reply.headers(headers).type("text/html; charset=utf-8").send(html));
}
