import { useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { queueNames } from "@hivesync/contracts/jobs/job-state";
import Keyboard from "lucide-react/icons/keyboard";
import Layers from "lucide-react/icons/layers";
import LogOut from "lucide-react/icons/log-out";
import Moon from "lucide-react/icons/moon";
import Search from "lucide-react/icons/search";
import Sun from "lucide-react/icons/sun";
import { useLocation } from "wouter";
import { session } from "#session/use-session.ts";
import { keyboardHelp } from "./keyboard-help.tsx";
import { places } from "./places.ts";

const iconProps = { size: 18, strokeWidth: 1.7, "aria-hidden": true } as const;

function useActions(): SpotlightActionGroupData[] {
  const [, navigate] = useLocation();
  const { setColorScheme } = useMantineColorScheme();
  const goTo: SpotlightActionData[] = places.map(({ name, href, icon: Icon, about }) => ({
    id: `go-${href}`,
    label: name,
    description: about,
    leftSection: <Icon {...iconProps} />,
    onClick: () => navigate(href),
  }));
  const queues: SpotlightActionData[] = queueNames.map((queue) => ({
    id: `queue-${queue}`,
    label: queue,
    description: "Open the queue",
    leftSection: <Layers {...iconProps} />,
    onClick: () => navigate(`/queues/${queue}`),
  }));
  const others: SpotlightActionData[] = [
    { id: "dark", label: "Dark colours", leftSection: <Moon {...iconProps} />, onClick: () => setColorScheme("dark") },
    {
      id: "light",
      label: "Light colours",
      leftSection: <Sun {...iconProps} />,
      onClick: () => setColorScheme("light"),
    },
    { id: "keys", label: "Keyboard shortcuts", leftSection: <Keyboard {...iconProps} />, onClick: keyboardHelp.open },
    { id: "out", label: "Sign out", leftSection: <LogOut {...iconProps} />, onClick: () => void session.signOut() },
  ];
  return [
    { group: "Pages", actions: goTo },
    { group: "Queues", actions: queues },
    { group: "More", actions: others },
  ];
}

/** Goes anywhere by its name; opened by Ctrl K or Cmd K. */
export function Palette() {
  const actions = useActions();
  return (
    <Spotlight
      actions={actions}
      shortcut={["mod + K"]}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound="Nothing is called that"
      searchProps={{
        leftSection: <Search size={18} aria-hidden />,
        placeholder: "Go to a page or a queue",
        "aria-label": "Go to",
      }}
    />
  );
}
