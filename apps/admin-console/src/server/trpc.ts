import type { AppRouter } from "@hivesync/contracts/router-type";
import { QueryClient } from "@tanstack/react-query";
import { createTRPCClient, httpLink } from "@trpc/client";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { session } from "#session/use-session.ts";
import { createFetchAsUser, withDeadline } from "./fetch-as-user.ts";
import { isWorthAnotherTry } from "./problem.ts";

export const fetchAsUser = createFetchAsUser(session);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && isWorthAnotherTry(error),
      refetchOnWindowFocus: true,
    },
    // Each carries a key, so a repeat happens once.
    mutations: { retry: (failures, error) => failures < 2 && isWorthAnotherTry(error) },
  },
});

export const client = createTRPCClient<AppRouter>({
  links: [
    httpLink({
      url: "/trpc",
      fetch: withDeadline(fetchAsUser),
      headers: ({ op }) => (op.type === "mutation" ? { "idempotency-key": idempotencyKey(op.input) } : {}),
    }),
  ],
});

const keys = new WeakMap<object, string>();

/** One key for one input object, which a retry of the same mutation hands over again. */
function idempotencyKey(input: unknown): string {
  if (typeof input !== "object" || input === null) return crypto.randomUUID();
  const key = keys.get(input) ?? crypto.randomUUID();
  keys.set(input, key);
  return key;
}

/** The API, typed by its contract. */
export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
