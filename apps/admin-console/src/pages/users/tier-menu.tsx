import { Menu, UnstyledButton } from "@mantine/core";
import Check from "lucide-react/icons/check";
import ChevronDown from "lucide-react/icons/chevron-down";
import type { AdminUser } from "@hivesync/contracts/operator";
import { tiers, type Tier } from "@hivesync/contracts/tiers";
import { TierTag } from "#parts/tone.tsx";

interface TierMenuProps {
  user: AdminUser;
  onChoose: (tier: Tier) => void;
}

/** A user's tier, and the choice of another. */
export function TierMenu({ user, onChoose }: TierMenuProps) {
  const { tier, username } = user;
  const firstOther = tiers.find((choice) => choice !== tier);
  return (
    <Menu position="bottom-start" width={150} keepMounted={false}>
      <Menu.Target>
        <UnstyledButton
          aria-label={`Tier of ${username}: ${tier}`}
          style={{ display: "inline-flex", alignItems: "center", gap: 4, borderRadius: 6 }}
        >
          <TierTag tier={tier} />
          <ChevronDown size={13} aria-hidden color="var(--mantine-color-dimmed)" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={`Another tier for ${username}`}>
        {tiers.map((choice) => (
          <Menu.Item
            key={choice}
            disabled={choice === tier}
            data-autofocus={choice === firstOther || undefined}
            rightSection={choice === tier && <Check size={14} aria-hidden />}
            onClick={() => onChoose(choice)}
          >
            {choice}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
