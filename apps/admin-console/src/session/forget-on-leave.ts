import { forgetQueues } from "#live/queue-history.ts";
import { queryClient } from "#server/trpc.ts";
import { session } from "./use-session.ts";

/** What one admin has seen is nobody else's: it is forgotten as soon as another user, or nobody, is there. */
export function forgetOnLeave(): void {
  let userId: string | undefined;
  session.subscribe(() => {
    const state = session.state();
    const now = "user" in state ? state.user.id : undefined;
    if (userId !== undefined && now !== userId) {
      queryClient.clear();
      forgetQueues();
    }
    userId = now;
  });
}
