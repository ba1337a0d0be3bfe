import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

const lastWordsMs = 500;

/** Ends a child and all that is of its process group. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) throw error;
  }
}

/**
 * The child's end: told when what it said last has been read. A child that is killed while its walls are put up may leave its program
 * behind, in a session of its own and with all channels: that ends when they close, and is not waited for.
 */
export function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", (code, signal) => {
      // Whatever ends the child, what it has started goes too.
      killGroup(child);
      const timer = setTimeout(() => {
        if (child.connected) child.disconnect();
        child.stderr?.destroy();
        resolve({ code, signal });
      }, lastWordsMs);
      child.once("close", () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
}

/** The walls' program ends as a shell does: with 128 and the number of the signal that ended what is inside. */
export function signalBehind(code: number | null): NodeJS.Signals | null {
  const number = (code ?? 0) - 128;
  const [name] = Object.entries(constants.signals).find(([, each]) => each === number) ?? [];
  return (name as NodeJS.Signals | undefined) ?? null;
}
