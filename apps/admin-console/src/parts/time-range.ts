import type { StatsBucket } from "@hivesync/contracts/operator";
import { z } from "zod";

/** Times that are often asked about, with the step of a chart that shows one well. */
export const presets = {
  "1h": { label: "Last hour", seconds: 3_600, bucket: "minute" },
  "6h": { label: "Last 6 hours", seconds: 6 * 3_600, bucket: "minute" },
  "24h": { label: "Last 24 hours", seconds: 86_400, bucket: "hour" },
  "7d": { label: "Last 7 days", seconds: 7 * 86_400, bucket: "hour" },
  "30d": { label: "Last 30 days", seconds: 30 * 86_400, bucket: "day" },
  "90d": { label: "Last 90 days", seconds: 90 * 86_400, bucket: "day" },
} as const satisfies Record<string, { label: string; seconds: number; bucket: StatsBucket }>;

export type Preset = keyof typeof presets;

export const presetNames = Object.keys(presets) as Preset[];

/** The fields of an address that say a time. `from` and `to` win over `range`. */
export const timeFields = {
  range: z.enum(presetNames).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
};

export interface TimeFilters {
  range?: Preset | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export interface Span {
  from: string;
  to: string;
}

/** The step that gives a chart of this span no more than some hundred points. */
export function bucketOf({ from, to }: Span): StatsBucket {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1_000;
  if (seconds <= 6 * 3_600) return "minute";
  return seconds <= 10 * 86_400 ? "hour" : "day";
}

/** The time that filters mean at this moment; undefined where they mean all time. */
export function spanOf(filters: TimeFilters, now: number): Span | undefined {
  const { range, from, to } = filters;
  if (from !== undefined || to !== undefined) {
    const end = to ?? new Date(now).toISOString();
    return { from: from ?? new Date(Date.parse(end) - 86_400_000).toISOString(), to: end };
  }
  if (range === undefined) return undefined;
  return { from: new Date(now - presets[range].seconds * 1_000).toISOString(), to: new Date(now).toISOString() };
}
