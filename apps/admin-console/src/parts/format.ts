const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 1,234; from a hundred thousand on 123.5K. */
export function formatCount(count: number): string {
  return count >= 100_000 ? compact.format(count) : whole.format(count);
}

/** A rate with as many digits as say something. */
export function formatRate(rate: number): string {
  return rate === 0 ? "0" : rate < 10 ? rate.toFixed(1) : whole.format(rate);
}

/** 50 ms, 3.2 s, 1 min 5 s, 2 h 10 min, 3 d 4 h. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds === 0) return "0 s";
  if (seconds < 0.9995) return `${Math.max(1, Math.round(seconds * 1_000))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  if (all < 3_600) return join([Math.floor(all / 60), "min"], [all % 60, "s"]);
  const minutes = Math.round(all / 60);
  if (minutes < 1_440) return join([Math.floor(minutes / 60), "h"], [minutes % 60, "min"]);
  const hours = Math.round(minutes / 60);
  return join([Math.floor(hours / 24), "d"], [hours % 24, "h"]);
}

type Part = readonly [number, string];

const join = (...parts: Part[]): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");

/** How long a step of a job took, in seconds; null while it has not ended. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
}

const sameYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const otherYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

/** now, 12 s ago, 5 min ago, 3 h ago, 2 d ago, 12 Oct. */
export function formatAgo(at: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(at)) / 1_000);
  if (seconds < 2) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  const date = new Date(at);
  return (date.getFullYear() === new Date(now).getFullYear() ? sameYear : otherYear).format(date);
}

const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** The exact time where the page is read. */
export function formatLocal(at: string): string {
  return exact.format(new Date(at));
}

/** The exact time, here and in UTC. */
export function formatExact(at: string): string {
  return `${formatLocal(at)} (${at})`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clockWithSeconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

export const formatClock = (at: number): string => clock.format(at);
export const formatClockWithSeconds = (at: number): string => clockWithSeconds.format(at);
export const formatDay = (at: number): string => sameYear.format(at);
export const formatDayAndClock = (at: number): string => dayAndClock.format(at);
