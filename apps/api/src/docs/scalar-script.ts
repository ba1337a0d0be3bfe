import fastify from "fastify";

/**
 * The script of the reference that the docs page is. Its package hands it out over its own plugin alone, and is 5 MB to load: that is done at
 * the first request, and never where nobody reads the docs.
 */
export async function readScalarScript(): Promise<string> {
  const { default: apiReference } = await import("@scalar/fastify-api-reference");
  await using app = fastify();
  await app.register(apiReference, { routePrefix: "/docs", configuration: { url: "/openapi.json" } });
  const answer = await app.inject("/docs/js/scalar.js");
  return answer.body;
}
