import { useLiveState, type LiveState } from "#live/live-stream.ts";
import { Pill, type Tone } from "#parts/tone.tsx";
import classes from "./shell.module.css";

const words: Record<LiveState, { tone: Tone; word: string; hollow?: boolean; about: string }> = {
  connecting: { tone: "quiet", word: "Connecting…", hollow: true, about: "Opening the stream of changes" },
  live: { tone: "good", word: "Live", about: "Changes come as they happen" },
  reconnecting: {
    tone: "wait",
    word: "Reconnecting…",
    hollow: true,
    about: "The stream was cut. What you see is the last that came.",
  },
  offline: {
    tone: "wait",
    word: "Offline",
    hollow: true,
    about: "This machine has no network. What you see is the last that came.",
  },
};

/** Whether what is shown is what is. */
export function ConnectionStatus() {
  const { tone, word, hollow = false, about } = words[useLiveState()];
  return (
    <div className={classes["status"]} role="status" title={about}>
      <Pill tone={tone} hollow={hollow}>
        <span>{word}</span>
      </Pill>
    </div>
  );
}
