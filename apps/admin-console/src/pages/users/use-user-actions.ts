import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AdminUser } from "@hivesync/contracts/operator";
import type { Tier } from "@hivesync/contracts/tiers";
import { useConfirm } from "#parts/confirm.tsx";
import { trpc } from "#server/trpc.ts";

export interface UserActions {
  askTier: (user: AdminUser, tier: Tier) => void;
  askToggle: (user: AdminUser) => void;
}

/** What an admin does to users, each asked about before. */
export function useUserActions(): UserActions {
  const confirm = useConfirm();
  const client = useQueryClient();
  const setTier = useMutation(trpc.admin.setTier.mutationOptions());
  const disable = useMutation(trpc.admin.disableUser.mutationOptions());
  const enable = useMutation(trpc.admin.enableUser.mutationOptions());
  const { mutateAsync: changeTier } = setTier;
  const { mutateAsync: shut } = disable;
  const { mutateAsync: open } = enable;
  return useMemo(() => {
    const thenRead = async (change: Promise<unknown>): Promise<void> => {
      await change;
      await client.invalidateQueries({ queryKey: trpc.admin.listUsers.pathKey() });
    };
    return {
      askTier: ({ id, username, tier: before }, tier) =>
        confirm({
          title: `Give ${username} the tier ${tier}?`,
          text:
            tier === "Admin"
              ? `Admins see and change everything that this console shows. ${username} is told of it.`
              : `From ${before} to ${tier}, from the next request on. ${username} is told of it.`,
          action: `Set to ${tier}`,
          isDangerous: tier === "Admin",
          run: () => thenRead(changeTier({ id, tier })),
          done: `${username} has the tier ${tier}.`,
        }),
      askToggle: ({ id, username, disabled_at: disabledAt }) =>
        disabledAt === null
          ? confirm({
              title: `Disable ${username}?`,
              text: "All of their sessions end at once, and nobody can sign in as them until they are enabled again. Their projects stay.",
              action: "Disable",
              isDangerous: true,
              run: () => thenRead(shut({ id })),
              done: `${username} is disabled.`,
            })
          : confirm({
              title: `Enable ${username}?`,
              text: "They can sign in again, with the password that they had.",
              action: "Enable",
              run: () => thenRead(open({ id })),
              done: `${username} is enabled.`,
            }),
    };
  }, [changeTier, client, confirm, open, shut]);
}
