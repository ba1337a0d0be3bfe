import type { HiveSyncApi } from "@hivesync/sdk";
import { describeJobError } from "./describe-failure.ts";
import type { Style } from "./output.ts";
import { printable } from "./printable.ts";
import { cutToWidth } from "./text-width.ts";

/** A row of the list of previews. */
export type PreviewSummary = Awaited<ReturnType<HiveSyncApi["previews"]["list"]["query"]>>["items"][number];

type Preview = Awaited<ReturnType<HiveSyncApi["previews"]["get"]["query"]>>;

type Outcome = PreviewSummary["status"] | "EXPIRED";

export const outcomeStyles: Readonly<Record<Outcome, Style | undefined>> = {
  QUEUED: undefined,
  RUNNING: "yellow",
  COMPLETED: "green",
  FAILED: "red",
  CANCELLED: "dim",
  EXPIRED: "dim",
};

/** A preview's status, as its link shows it: one that has had its time opens nothing any more. */
export function outcomeOf({ status, expires_at }: Pick<PreviewSummary, "status" | "expires_at">): Outcome {
  return isOpen(status) && Date.parse(expires_at) <= Date.now() ? "EXPIRED" : status;
}

/** Whether a preview's link shows it, or will when it is built. */
export function isOpen(outcome: Outcome): boolean {
  return outcome === "QUEUED" || outcome === "RUNNING" || outcome === "COMPLETED";
}

// Ids begin with the time of their making: so much of one is its millisecond, which a project's previews hardly share.
const shortIdLength = "01a2b3c4-d5e6".length;

/** As much of an id as tells a project's previews apart. */
export function shortIdOf(id: string): string {
  return id.slice(0, shortIdLength);
}

/** The branch and commit that a preview was made of, as far as they are known. */
export function commitOf({ context }: Pick<PreviewSummary, "context">, longestBranch = Infinity): string {
  const { git_branch: branch, git_commit: commit } = context ?? {};
  const parts = [branch === undefined ? "" : cutToWidth(printable(branch), longestBranch), commit?.slice(0, 7) ?? ""];
  return parts.filter((part) => part !== "").join(" ");
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const ago = new Intl.RelativeTimeFormat("en");
// Sweden writes dates so that they sort.
const date = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short" });
const time = new Intl.DateTimeFormat("sv-SE", { timeStyle: "short" });
const dateAndTime = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });

/** How long ago something was; from a day on, the date in this machine's time zone. */
export function whenOf(timestamp: string): string {
  const passedMs = Date.now() - Date.parse(timestamp);
  if (passedMs < minuteMs) return "just now";
  if (passedMs < hourMs) return ago.format(-Math.floor(passedMs / minuteMs), "minute");
  if (passedMs < dayMs) return ago.format(-Math.floor(passedMs / hourMs), "hour");
  return date.format(Date.parse(timestamp));
}

/** Date and time in this machine's time zone. */
function localTimeOf(timestamp: string): string {
  return dateAndTime.format(Date.parse(timestamp));
}

/** Until when a link opens, in this machine's time zone; with the date where that is not today's. */
export function untilOf(timestamp: string, now = Date.now()): string {
  const end = Date.parse(timestamp);
  return date.format(end) === date.format(now) ? time.format(end) : dateAndTime.format(end);
}

/** All that people may want to know of a preview, a line for each, and its link while that opens something. */
export function describePreview(preview: Preview): { text: string; link: string | undefined } {
  const { job_id, kind, platform, context, created_at, expires_at, warnings, error, preview_url } = preview;
  const outcome = outcomeOf(preview);
  const link = isOpen(outcome) ? (preview_url ?? undefined) : undefined;
  const made = [kind, platform === null || platform === "web" ? null : `for ${platform}`];
  const tools = [context?.framework, context?.package_manager].filter((part) => part !== undefined);
  const facts: [name: string, value: string | undefined][] = [
    ["Preview", job_id],
    ["Project", printable(preview.project_name)],
    ["Status", outcome],
    ["Kind", made.filter((part) => part !== null).join(", ")],
    ["Commit", commitOf(preview)],
    ["Uses", tools.map(printable).join(", ")],
    ["Asked", `${whenOf(created_at)} (${localTimeOf(created_at)})`],
    ["Took", durationsOf(preview)],
    ...warnings.map((warning): [string, string] => ["Warning", printable(warning)]),
    ["Expires", isOpen(outcome) ? localTimeOf(expires_at) : undefined],
    ["Link", link],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`${name.padEnd(9)}${value}`] : []));
  if (error !== null) lines.push("", describeJobError(error));
  if (!isOpen(outcome)) lines.push("", `Ask for it again: hivesync previews retry ${job_id}`);
  return { text: lines.join("\n"), link };
}

/** How long a preview waited for a worker, and how long that had it. */
function durationsOf({ created_at, started_at, completed_at }: Preview): string | undefined {
  if (started_at === null) return undefined;
  const secondsOf = (from: string, to: string): string => ((Date.parse(to) - Date.parse(from)) / 1_000).toFixed(1);
  const waited = `${secondsOf(created_at, started_at)} s of waiting`;
  return completed_at === null ? waited : `${secondsOf(started_at, completed_at)} s, after ${waited}`;
}
