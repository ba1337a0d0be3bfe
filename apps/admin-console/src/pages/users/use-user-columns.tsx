import { useMemo } from "react";
import type { AdminUser } from "@hivesync/contracts/operator";
import type { Column } from "#parts/data-table.tsx";
import { IdText } from "#parts/id-text.tsx";
import { Pill } from "#parts/tone.tsx";
import { When } from "#parts/when.tsx";
import { TierMenu } from "./tier-menu.tsx";
import { useUserActions } from "./use-user-actions.ts";
import { UserMenuButton } from "./user-menu-button.tsx";

/** What is shown of a user, and done with one. */
export function useUserColumns(): Column<AdminUser>[] {
  const actions = useUserActions();
  return useMemo(
    () => [
      {
        title: "Username",
        width: 180,
        render: ({ username }) => <strong style={{ fontWeight: 550 }}>{username}</strong>,
      },
      { title: "Email", render: ({ email }) => <span title={email}>{email}</span> },
      {
        title: "Tier",
        width: 120,
        render: (user) => <TierMenu user={user} onChoose={(tier) => actions.askTier(user, tier)} />,
      },
      {
        title: "State",
        width: 120,
        render: ({ disabled_at: at }) =>
          at === null ? (
            <Pill tone="good">Enabled</Pill>
          ) : (
            <Pill tone="bad" hollow>
              Disabled
            </Pill>
          ),
      },
      { title: "Registered", width: 110, isExtra: true, render: ({ created_at: at }) => <When at={at} /> },
      { title: "Last sign-in", width: 110, render: ({ last_login: at }) => <When at={at} /> },
      { title: "Id", width: 96, isExtra: true, render: ({ id }) => <IdText id={id} what="user" /> },
      {
        title: "Actions",
        titleUnseen: true,
        width: 60,
        end: true,
        render: (user) => <UserMenuButton user={user} onToggle={() => actions.askToggle(user)} />,
      },
    ],
    [actions],
  );
}
