import type { LucideIcon } from "lucide-react";
import Gauge from "lucide-react/icons/gauge";
import Layers from "lucide-react/icons/layers";
import ListChecks from "lucide-react/icons/list-checks";
import MonitorPlay from "lucide-react/icons/monitor-play";
import ScrollText from "lucide-react/icons/scroll-text";
import Server from "lucide-react/icons/server";
import SlidersHorizontal from "lucide-react/icons/sliders-horizontal";
import Sparkles from "lucide-react/icons/sparkles";
import Users from "lucide-react/icons/users";

export interface Place {
  name: string;
  /** Below `/admin`. */
  href: string;
  icon: LucideIcon;
  /** After `g`. */
  key: string;
  /** For the palette. */
  about: string;
}

interface PlaceGroup {
  name: string;
  places: readonly Place[];
}

/** The table of contents of the console. */
export const placeGroups: readonly PlaceGroup[] = [
  {
    name: "Now",
    places: [
      { name: "Overview", href: "/", icon: Gauge, key: "o", about: "Health, throughput and failures" },
      { name: "Queues", href: "/queues", icon: Layers, key: "q", about: "Depth, wait, pause and jobs of each queue" },
      { name: "Jobs", href: "/jobs", icon: ListChecks, key: "j", about: "Jobs of all queues, retry and cancel" },
      { name: "Workers", href: "/workers", icon: Server, key: "w", about: "Workers, their load and their GPUs" },
      { name: "Scaling", href: "/scaling", icon: SlidersHorizontal, key: "s", about: "The rule of each queue" },
    ],
  },
  {
    name: "Statistics",
    places: [
      {
        name: "Previews",
        href: "/previews",
        icon: MonitorPlay,
        key: "p",
        about: "Waits, runs and failures of previews",
      },
      { name: "AI jobs", href: "/ai", icon: Sparkles, key: "i", about: "Waits, runs and failures of AI jobs" },
    ],
  },
  {
    name: "People",
    places: [
      { name: "Users", href: "/users", icon: Users, key: "u", about: "Tiers, disabling and enabling" },
      { name: "Audit", href: "/audit", icon: ScrollText, key: "a", about: "Who did what, filtered and exported" },
    ],
  },
];

export const places: readonly Place[] = placeGroups.flatMap((group) => group.places);

/** Whether an address below `/admin` is of this place. */
export function isAt({ href }: Place, location: string): boolean {
  return href === "/" ? location === "/" : location === href || location.startsWith(`${href}/`);
}
