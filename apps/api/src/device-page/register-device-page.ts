import type { FastifyInstance } from "fastify";
import { webPage, type WebPage } from "#web-page/web-page.ts";

const page = webPage(new URL("./page/device.js", import.meta.url));

const headersOf = ({ scriptSource, styleSource }: WebPage): Record<string, string> => ({
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
});

/** Serves `GET /device`: the page on which a person signs in and approves or denies a device. It asks the API like any client. */
export function registerDevicePage(app: FastifyInstance): void {
  app.get("/device", async (_request, reply) => {
    const made = await page();
    return reply.headers(headersOf(made)).type("text/html; charset=utf-8").send(made.html);
  });
}
