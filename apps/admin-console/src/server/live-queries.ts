import { deepHealth, type DeepHealth } from "@hivesync/contracts/resources/health";
import { queryOptions, type QueryFunctionContext } from "@tanstack/react-query";
import { detailsOf } from "./problem.ts";
import { queryClient, trpc } from "./trpc.ts";

// The stream keeps these; they are asked for when a page needs them before it has spoken, and while it is cut.
const kept = { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false } as const;

export const queuesQuery = trpc.admin.queueStats.queryOptions(undefined, kept);
export const workersQuery = trpc.admin.listWorkers.queryOptions(undefined, kept);

const deep = trpc.health.deep.queryOptions();

/** A part that is down is a refusal over the wire; here it is what was asked for. */
async function readHealth(context: QueryFunctionContext): Promise<DeepHealth> {
  try {
    return await queryClient.fetchQuery({
      ...trpc.health.deep.queryOptions(undefined, { staleTime: 0, retry: false }),
    });
  } catch (error) {
    context.signal.throwIfAborted();
    const told = deepHealth.safeParse(detailsOf(error));
    if (told.success) return told.data;
    throw error;
  }
}

export const healthQuery = queryOptions({ queryKey: ["health", ...deep.queryKey], queryFn: readHealth, ...kept });

/** Asks for all of them again, of which a page shows something. */
export function refetchLiveQueries(): void {
  for (const { queryKey } of [queuesQuery, workersQuery, healthQuery]) void queryClient.invalidateQueries({ queryKey });
}
