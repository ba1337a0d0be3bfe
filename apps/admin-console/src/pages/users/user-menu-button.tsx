import { ActionIcon, Menu } from "@mantine/core";
import Ban from "lucide-react/icons/ban";
import CircleCheck from "lucide-react/icons/circle-check";
import Ellipsis from "lucide-react/icons/ellipsis";
import ListChecks from "lucide-react/icons/list-checks";
import ScrollText from "lucide-react/icons/scroll-text";
import { useLocation } from "wouter";
import type { AdminUser } from "@hivesync/contracts/operator";

interface UserMenuButtonProps {
  user: AdminUser;
  onToggle: () => void;
}

const icon = { size: 15, "aria-hidden": true } as const;

/** What else there is to do with a user. */
export function UserMenuButton({ user, onToggle }: UserMenuButtonProps) {
  const [, navigate] = useLocation();
  const { id, username, disabled_at: disabledAt } = user;
  return (
    <Menu position="bottom-end" width={190} keepMounted={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={`Actions for ${username}`}>
          <Ellipsis size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          data-autofocus
          leftSection={<ListChecks {...icon} />}
          onClick={() => navigate(`/jobs?user_id=${id}`)}
        >
          Their jobs
        </Menu.Item>
        <Menu.Item leftSection={<ScrollText {...icon} />} onClick={() => navigate(`/audit?user_id=${id}`)}>
          What happened to them
        </Menu.Item>
        <Menu.Item leftSection={<ScrollText {...icon} />} onClick={() => navigate(`/audit?actor_id=${id}`)}>
          What they did
        </Menu.Item>
        <Menu.Divider />
        {disabledAt === null ? (
          <Menu.Item c="var(--tone-bad)" leftSection={<Ban {...icon} />} onClick={onToggle}>
            Disable
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<CircleCheck {...icon} />} onClick={onToggle}>
            Enable
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
