import { useSyncExternalStore } from "react";

// How far this machine's clock is behind the server's; a server tells whole seconds.
let behindMs = 0;
const bearableMs = 2_000;

/** Takes note of a Date header, so that "5 s ago" is right on a machine whose clock is wrong. */
export function setServerTime(date: string | null): void {
  const difference = Date.parse(date ?? "") - Date.now();
  if (Number.isNaN(difference)) return;
  behindMs = Math.abs(difference) > bearableMs ? difference : 0;
}

/** The server's time, in milliseconds. */
export function serverNow(): number {
  return Date.now() + behindMs;
}

let second = Math.floor(serverNow() / 1_000);
const listeners = new Set<() => void>();
setInterval(() => {
  second = Math.floor(serverNow() / 1_000);
  for (const listener of listeners) listener();
}, 1_000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The server's time in milliseconds, at the last multiple of `stepSeconds`; renders anew when that changes. */
export function useNow(stepSeconds = 1): number {
  return useSyncExternalStore(subscribe, () => second - (second % stepSeconds)) * 1_000;
}
