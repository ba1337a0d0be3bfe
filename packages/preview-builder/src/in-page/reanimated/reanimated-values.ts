import { useEffect, useRef, useState } from "react";
import { isAnimation } from "./reanimated-animations.ts";

/** A value that is read and set outside of rendering. */
export interface SharedValue {
  value: unknown;
  get(): unknown;
  set(next: unknown): void;
  modify(change: (value: unknown) => unknown): void;
  addListener(id: unknown, listener: (value: unknown) => void): void;
  removeListener(id: unknown): void;
}

let tracked: Set<SharedValue> | undefined;
const stops = new WeakMap<SharedValue, () => void>();

export function makeMutable(initial: unknown): SharedValue {
  let current = initial;
  const listeners = new Map<unknown, (value: unknown) => void>();
  const tell = (next: unknown): void => {
    if (Object.is(next, current)) return;
    current = next;
    for (const listener of Array.from(listeners.values())) listener(next);
  };
  const shared: SharedValue = {
    get value() {
      tracked?.add(shared);
      return current;
    },
    set value(next: unknown) {
      cancelAnimation(shared);
      if (isAnimation(next))
        stops.set(shared, next.start(current, { onStep: tell, onEnd: () => stops.delete(shared) }));
      else tell(next);
    },
    get: () => shared.value,
    set: (next) => {
      shared.value = typeof next === "function" ? (next as (value: unknown) => unknown)(current) : next;
    },
    modify: (change) => {
      const next = change(current);
      current = undefined;
      tell(next);
    },
    addListener: (id, listener) => void listeners.set(id, listener),
    removeListener: (id) => void listeners.delete(id),
  };
  return shared;
}

export function cancelAnimation(shared: SharedValue): void {
  const stop = stops.get(shared);
  stops.delete(shared);
  stop?.();
}

/** Runs the work, and answers the values that it read. */
export function track<Result>(work: () => Result): { result: Result; read: ReadonlySet<SharedValue> } {
  const outer = tracked;
  tracked = new Set();
  try {
    return { result: work(), read: tracked };
  } finally {
    tracked = outer;
  }
}

/** Calls `listener` when any of the values changes; answers the end of it. */
export function listen(values: ReadonlySet<SharedValue>, listener: () => void): () => void {
  const id = {};
  for (const shared of values) shared.addListener(id, listener);
  return () => {
    for (const shared of values) shared.removeListener(id);
  };
}

export function useSharedValue(initial: unknown): SharedValue {
  return useState(() => makeMutable(initial))[0];
}

export function useDerivedValue(derive: () => unknown): SharedValue {
  const first = track(derive);
  const [shared] = useState(() => makeMutable(first.result));
  useEffect(() => {
    let end = (): void => undefined;
    const update = (): void => {
      end();
      const { result, read } = track(derive);
      end = listen(read, update);
      shared.value = result;
    };
    update();
    return () => end();
  });
  return shared;
}

export function useAnimatedReaction(prepare: () => unknown, react: (now: unknown, before: unknown) => void): void {
  const before = useRef<unknown>(null);
  useEffect(() => {
    let end = (): void => undefined;
    const update = (): void => {
      end();
      const { result, read } = track(prepare);
      end = listen(read, update);
      const earlier = before.current;
      before.current = result;
      react(result, earlier);
    };
    update();
    return () => end();
  });
}
