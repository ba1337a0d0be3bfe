import type { FastifyInstance } from "fastify";
import { pageHeaders } from "#web-page/page-headers.ts";
import { webPage, type WebPage } from "#web-page/web-page.ts";

const page = webPage(new URL("./page/device.js", import.meta.url));

const headersOf = ({ scriptSource, styleSource }: WebPage): Record<string, string> =>
  pageHeaders([`script-src ${scriptSource}`, `style-src ${styleSource}`, "img-src data:"]);

/** Serves `GET /device`: the page on which a person signs in and approves or denies a device. It asks the API like any client. */
export function registerDevicePage(app: FastifyInstance): void {
  app.get("/device", async (_request, reply) => {
    const made = await page();
    return reply.headers(headersOf(made)).type("text/html; charset=utf-8").send(made.html);
  });
}
