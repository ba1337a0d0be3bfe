import {
  desktopRoutes,
  type DesktopInput,
  type DesktopOutput,
  type DesktopRouteName,
} from "@hivesync/contracts/desktop";
import { readEnvelopeFailure } from "#transport/read-failure.ts";
import type { Route } from "#transport/route.ts";

interface Question<Name extends DesktopRouteName> {
  name: Name;
  input: DesktopInput<Name>;
  signal?: AbortSignal | undefined;
}

/**
 * Asks one of the Desktop's own routes.
 *
 * @throws HiveSyncError when it refuses; NetworkError when it went away.
 */
export async function askDesktop<Name extends DesktopRouteName>(
  route: Route,
  { name, input, signal }: Question<Name>,
): Promise<DesktopOutput<Name>> {
  const { method, output } = desktopRoutes[name];
  const token = await route.tokens.accessToken();
  const inUrl = Object.entries(input).map(([key, value]): [string, string] => [key, String(value)]);
  const query = method === "GET" && inUrl.length > 0 ? `?${new URLSearchParams(inUrl).toString()}` : "";
  const response = await route.fetch(`${route.url}/${name}${query}`, {
    method,
    headers: { ...route.headers, authorization: `Bearer ${token ?? ""}`, "content-type": "application/json" },
    ...(method === "POST" ? { body: JSON.stringify(input) } : {}),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await readEnvelopeFailure(response);
  const { data } = (await response.json()) as { data: unknown };
  return output.parse(data) as DesktopOutput<Name>;
}
