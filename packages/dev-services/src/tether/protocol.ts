/** What the parent asks of the watchdog: first the child to start, later at most one stop. */
export type TetherRequest =
  | {
      readonly kind: "start";
      readonly command: string;
      readonly args: readonly string[];
      readonly cwd: string | undefined;
      readonly env: Readonly<Record<string, string>> | undefined;
      readonly uid: number | undefined;
      readonly gid: number | undefined;
      readonly stopSignal: NodeJS.Signals;
      readonly graceMs: number;
    }
  | { readonly kind: "stop"; readonly signal: NodeJS.Signals; readonly graceMs: number };

/** What the watchdog tells its parent. */
export type TetherReport =
  | { readonly kind: "started"; readonly pid: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "exited"; readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Ends every process of the group that is still there. */
export const killGroup = (groupId: number): void => {
  try {
    process.kill(-groupId, "SIGKILL");
  } catch {
    // ESRCH: the whole group has already ended.
  }
};
