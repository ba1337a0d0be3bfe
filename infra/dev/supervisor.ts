import { setTimeout as delay } from "node:timers/promises";
import type { ProcessEnd } from "@hivesync/dev-services/spawn-tethered";

/** A process that was started and is ready. */
interface Running {
  readonly pid: number;
  readonly exited: Promise<ProcessEnd>;
  readonly stop: () => Promise<void>;
}

/** What a supervisor tells of. */
export interface SupervisorEvents {
  onDeath: (name: string, end: ProcessEnd, delayMs: number) => void;
  /** A restart that failed; another follows. */
  onFailedRestart: (name: string, error: unknown) => void;
  onRestarted: (name: string) => void;
  /** Another set of process ids. */
  onChange: () => void;
}

/** Keeps processes running. */
export interface Supervisor {
  /** Starts a process, and again whenever it ends by itself. Rejects when the first start fails. */
  run: <Process extends Running>(name: string, start: () => Promise<Process>) => Promise<Process>;
  /** The process ids, by name. */
  pids: () => Record<string, number>;
  /** Ends the groups of names one after the other, the names of a group at once, then all others. Nothing is restarted any more. */
  stop: (order: readonly (readonly string[])[]) => Promise<void>;
}

const firstDelayMs = 500;
const longestDelayMs = 5_000;
/** A process that lived this long was well: its next restart is quick again. */
const healthyMs = 60_000;

interface Child {
  start: () => Promise<Running>;
  running: Running;
  /** Resolves when it has ended for good. */
  over: Promise<void>;
}

export function createSupervisor(events: SupervisorEvents): Supervisor {
  const children = new Map<string, Child>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = (): boolean => signal.aborted;

  /** Waits, then starts the child, until that succeeds. Undefined when all is being stopped. */
  const restart = async (name: string, child: Child, firstWaitMs: number): Promise<Running | undefined> => {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestDelayMs)) {
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
      if (isStopping()) return undefined;
      try {
        return await child.start();
      } catch (error) {
        if (!isStopping()) events.onFailedRestart(name, error);
      }
    }
  };

  const watch = async (name: string, child: Child): Promise<void> => {
    let waitMs = firstDelayMs;
    for (;;) {
      const readyAt = performance.now();
      const end = await child.running.exited;
      if (isStopping()) return;
      if (performance.now() - readyAt > healthyMs) waitMs = firstDelayMs;
      events.onDeath(name, end, waitMs);
      const restarted = await restart(name, child, waitMs);
      if (!restarted) return;
      child.running = restarted;
      if (isStopping()) return restarted.stop();
      waitMs = Math.min(waitMs * 2, longestDelayMs);
      events.onRestarted(name);
      events.onChange();
    }
  };

  const stopChild = async (child: Child): Promise<void> => {
    await child.running.stop();
    await child.over;
  };

  return {
    run: async (name, start) => {
      const running = await start();
      const child: Child = { start, running, over: Promise.resolve() };
      children.set(name, child);
      child.over = watch(name, child);
      // It became ready while all was being stopped.
      if (isStopping()) await stopChild(child);
      events.onChange();
      return running;
    },
    pids: () => Object.fromEntries([...children].map(([name, { running }]) => [name, running.pid])),
    stop: async (order) => {
      stopping.abort();
      const rest = [...children.keys()].filter((name) => !order.flat().includes(name));
      for (const names of [...order, rest]) {
        const group = [...children].filter(([name]) => names.includes(name));
        await Promise.all(group.map(([, child]) => stopChild(child)));
      }
    },
  };
}
