import type { FastifyInstance } from "fastify";

/** Every method that an address takes, HEAD included; none when nothing is there. */
export type MethodsAt = (path: string) => string[];

/** Notes each route as it is registered, so that a wrong method can be told the right ones. */
export function noteRoutes(app: FastifyInstance): MethodsAt {
  const methodsOf = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ method, url }) => {
    // Preflights are answered anywhere.
    if (url.includes("*")) return;
    const pattern = url.replaceAll(/[.]/g, "\\.").replaceAll(/:\w+/g, "[^/]+");
    const methods = methodsOf.get(pattern) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsOf.set(pattern, methods);
  });
  return (path) => [
    ...new Set(
      [...methodsOf].flatMap(([pattern, methods]) => (new RegExp(`^${pattern}$`).test(path) ? [...methods] : [])),
    ),
  ];
}
