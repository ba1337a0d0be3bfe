import type { AdminEvent } from "@hivesync/contracts/operator";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { useSyncExternalStore } from "react";
import { healthQuery, queuesQuery, refetchLiveQueries, workersQuery } from "#server/live-queries.ts";
import { fetchAsUser, queryClient } from "#server/trpc.ts";
import { noteQueues } from "./queue-history.ts";

export type LiveState = "connecting" | "live" | "reconnecting" | "offline";

// The server gives a sign of life every 15 seconds: three missed ones are a dead connection.
const longestSilenceMs = 45_000;
const firstPauseMs = 1_000;
const longestPauseMs = 8_000;

let state: LiveState = "connecting";
const listeners = new Set<() => void>();

function become(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}

function apply(event: AdminEvent): void {
  if (event.type === "queues") {
    noteQueues(event.queues);
    queryClient.setQueryData(queuesQuery.queryKey, { items: event.queues });
  } else if (event.type === "workers") queryClient.setQueryData(workersQuery.queryKey, { items: event.workers });
  else queryClient.setQueryData(healthQuery.queryKey, event.health);
}

/** Reads one connection until it is cut. */
async function readConnection(leaving: AbortSignal): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), longestSilenceMs);
  };
  try {
    const signal = AbortSignal.any([leaving, silence.signal]);
    // A connection over a network that went away may stay open for long, and say nothing.
    addEventListener("offline", () => silence.abort(), { signal });
    const answer = await fetchAsUser("/api/v1/admin/stream", { headers: { accept: "text/event-stream" }, signal });
    if (!answer.ok || !answer.body) throw new Error(`the stream was refused (${answer.status})`);
    heard();
    const parser = new EventSourceParserStream({ onComment: heard });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(parser).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done || value.event === "stream_error") return;
      heard();
      become("live");
      apply(JSON.parse(value.data) as AdminEvent);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Waits, but no longer than until the network is back or somebody looks at the page again. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const ended = new AbortController();
    const end = (): void => {
      ended.abort();
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    ended.signal.addEventListener("abort", () => clearTimeout(timer));
    addEventListener("online", end, { signal: ended.signal });
    document.addEventListener("visibilitychange", end, { signal: ended.signal });
    signal.addEventListener("abort", end, { signal: ended.signal });
  });
}

async function follow(signal: AbortSignal): Promise<void> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await readConnection(signal).catch(() => undefined);
    if (signal.aborted) return;
    if (state === "live") pauseMs = firstPauseMs;
    become(navigator.onLine ? "reconnecting" : "offline");
    await pause(pauseMs * (0.75 + Math.random() / 2), signal);
    // Until it stands again the pages ask.
    refetchLiveQueries();
  }
}

/** The one stream of the page, over however many connections. Returns what ends it. */
export function startLiveStream(): () => void {
  const leaving = new AbortController();
  become("connecting");
  void follow(leaving.signal);
  return () => leaving.abort();
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
