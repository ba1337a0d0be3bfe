import { api } from "@hivesync/contracts/api";
import { staysDirect } from "@hivesync/contracts/desktop";
import { defaultBodyLimitBytes, defaultTimeoutMs, type Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import type { ForwardedCall } from "./forward-call.ts";

/** Every endpoint by its name over tRPC. */
export const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries(api as unknown as Record<string, Record<string, Endpoint>>).flatMap(([resource, ofResource]) =>
    Object.entries(ofResource).map(([key, endpoint]) => [`${resource}.${key}`, endpoint] as const),
  ),
);

/**
 * What is known of a call of these endpoints.
 *
 * @throws AppError FORBIDDEN when one of them must not travel through a Desktop, NOT_FOUND when it does not know one.
 */
export function describeCall(names: readonly string[]): Omit<ForwardedCall, "path"> {
  const called = names.map((name) => {
    const endpoint = endpoints.get(name);
    if (staysDirect(name, endpoint?.kind ?? "query")) {
      throw new AppError("FORBIDDEN", {
        publicMessage: `${name} does not go through the Desktop. Call the API itself.`,
      });
    }
    if (!endpoint) throw new AppError("NOT_FOUND", { publicMessage: "The Desktop knows no such call." });
    return endpoint;
  });
  return {
    names,
    bodyLimitBytes: Math.max(...called.map(({ bodyLimitBytes }) => bodyLimitBytes ?? defaultBodyLimitBytes)),
    timeoutMs: Math.max(...called.map(({ timeoutMs }) => timeoutMs ?? defaultTimeoutMs)),
    isPublic: called.every(({ access }) => access.kind === "public"),
  };
}
