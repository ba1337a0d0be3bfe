import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { QueueState } from "@hivesync/contracts/operator";
import Pause from "lucide-react/icons/pause";
import Play from "lucide-react/icons/play";
import { useConfirm } from "#parts/confirm.tsx";
import { queuesQuery } from "#server/live-queries.ts";
import { trpc } from "#server/trpc.ts";

/** Changes whether a queue's workers begin jobs; the rest of its rule stays. */
function useSetPaused() {
  const client = useQueryClient();
  const rules = useQuery(trpc.admin.getScaling.queryOptions());
  const update = useMutation(trpc.admin.updateScaling.mutationOptions());
  const setPaused = async (queue: QueueState["queue"], paused: boolean): Promise<void> => {
    // As it is at this moment: others may have changed the rule since.
    const { data } = await rules.refetch({ throwOnError: true });
    const kept = data?.items.find((rule) => rule.queue === queue);
    if (!kept) throw new Error(`there is no rule of ${queue}`);
    const { updated_at: _, ...rule } = kept;
    await update.mutateAsync({ ...rule, paused });
    await Promise.all([
      client.invalidateQueries({ queryKey: trpc.admin.getScaling.queryKey() }),
      client.invalidateQueries({ queryKey: queuesQuery.queryKey }),
    ]);
  };
  return setPaused;
}

/** Holds a queue, or lets it go on. */
export function PauseButton({ queue }: { queue: QueueState | undefined }) {
  const confirm = useConfirm();
  const setPaused = useSetPaused();
  const isPaused = queue?.paused ?? false;
  const ask = (): void => {
    if (!queue) return;
    const { queue: name } = queue;
    if (isPaused)
      confirm({
        title: `Resume ${name}?`,
        text: "Its workers begin waiting jobs again within five seconds.",
        action: "Resume",
        run: () => setPaused(name, false),
        done: `${name} goes on.`,
      });
    else
      confirm({
        title: `Pause ${name}?`,
        text: "Jobs are still accepted, and wait. Those that run go on to their end.",
        action: "Pause",
        isDangerous: true,
        run: () => setPaused(name, true),
        done: `${name} is paused.`,
      });
  };
  return (
    <Button
      variant={isPaused ? "filled" : "default"}
      miw={118}
      disabled={!queue}
      leftSection={isPaused ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
      onClick={ask}
    >
      {isPaused ? "Resume" : "Pause"}
    </Button>
  );
}
