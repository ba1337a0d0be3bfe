import type { JobStatus } from "@hivesync/contracts/jobs/job-state";
import type { JobKindName } from "@hivesync/contracts/operator";
import type { Tier } from "@hivesync/contracts/tiers";
import type { ReactNode } from "react";
import classes from "./tone.module.css";

export type Tone = "good" | "bad" | "busy" | "wait" | "quiet";

/** A state in a word, with a dot of its colour. */
export function Pill({ tone, hollow = false, children }: { tone: Tone; hollow?: boolean; children: ReactNode }) {
  return (
    <span className={[classes["pill"], classes[tone], hollow && classes["hollow"]].filter(Boolean).join(" ")}>
      {children}
    </span>
  );
}

/** A property in a word. */
export function Tag({ tone = "quiet", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`${classes["tag"]} ${classes[tone]}`}>{children}</span>;
}

const ofStatus: Record<JobStatus, { tone: Tone; word: string; hollow?: boolean }> = {
  QUEUED: { tone: "wait", word: "Queued", hollow: true },
  RUNNING: { tone: "busy", word: "Running" },
  COMPLETED: { tone: "good", word: "Completed" },
  FAILED: { tone: "bad", word: "Failed" },
  CANCELLED: { tone: "quiet", word: "Cancelled", hollow: true },
};

export function JobStatusPill({ status }: { status: JobStatus }) {
  const { tone, word, hollow = false } = ofStatus[status];
  return (
    <Pill tone={tone} hollow={hollow}>
      {word}
    </Pill>
  );
}

const ofTier: Record<Tier, Tone> = { Free: "quiet", Pro: "busy", Premium: "wait", Admin: "bad" };

export function TierTag({ tier }: { tier: Tier | null }) {
  return tier === null ? <Tag>gone</Tag> : <Tag tone={ofTier[tier]}>{tier}</Tag>;
}

export const kindWords: Record<JobKindName, string> = { preview: "Preview", ai: "AI job", repo: "Repository" };
