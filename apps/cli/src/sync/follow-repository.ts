import { setTimeout } from "node:timers/promises";
import { isHiveSyncError, isNetworkError, isTimeoutError } from "@hivesync/sdk";
import { exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { findGitFolder, readOrigin, readRemoteBranches } from "#git/git-folder.ts";
import { isSameRepository, toHttpsUrl } from "#git/https-url.ts";
import { RefWatch } from "#git/ref-watch.ts";

const everyMs = 60_000;
// Where the server does not say how long.
const pauseMs = 60_000;

/** Tells when a repository may have moved. */
interface Moves extends Disposable {
  /** When that is, as the words after "syncs again". */
  by: string;
  /** To be called before a sync: what moves from then on is a move. */
  look(): Promise<void>;
  /** Waits until it may have moved. */
  next(): Promise<void>;
}

/** By the folder, when it is pushed to and fetched from there: its git knows of each push. Else it may have moved every minute. */
export async function watchMoves(directory: string, url: string, signal: AbortSignal): Promise<Moves> {
  const origin = toHttpsUrl((await readOrigin(directory)) ?? "")?.url;
  const gitFolder = origin !== undefined && isSameRepository(origin, url) ? await findGitFolder(directory) : undefined;
  if (gitFolder === undefined) {
    const next = (): Promise<void> => setTimeout(everyMs, undefined, { signal });
    return { by: "every minute", look: async () => undefined, next, [Symbol.dispose]: () => undefined };
  }
  const watch = new RefWatch(gitFolder);
  let seen = "";
  const next = async (): Promise<void> => {
    while ((await readRemoteBranches(directory)) === seen) await watch.wait(everyMs, signal);
  };
  return {
    by: "after each push from the folder",
    look: async () => void (seen = await readRemoteBranches(directory)),
    next,
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

/** Syncs, and again whenever the repository may have moved, until Ctrl-C. Failures that may pass are told and waited out; so are later ones of a sync. */
export async function followRepository(sync: () => Promise<void>, moves: Moves, context: CliContext): Promise<number> {
  const { output, signal } = context;
  try {
    for (let hasWorked = false; ;) {
      await moves.look();
      const waitingMs = await sync().then(
        () => {
          hasWorked = true;
          return null;
        },
        (error: unknown) => {
          if (signal.aborted || !isWaitedOut(error, hasWorked)) throw error;
          const againInMs = againAfterMs(error);
          const waiting_seconds = againInMs === null ? null : Math.ceil(againInMs / 1_000);
          output.setback(error, { againInMs, fields: { waiting_seconds }, otherwise: `Syncs again ${moves.by}.` });
          return againInMs;
        },
      );
      await (waitingMs === null ? moves.next() : setTimeout(waitingMs, undefined, { signal }));
    }
  } catch (error) {
    // Ctrl-C is how it ends: there is nothing to report.
    if (!signal.aborted) throw error;
    return exitCodes.interrupted;
  }
}

/** What never worked will go on failing: a wrong address, a token that is missing. */
function isWaitedOut(error: unknown, hasWorked: boolean): boolean {
  if (isHiveSyncError(error, "RATE_LIMITED")) return true;
  const isOfSync = isHiveSyncError(error, "REPO_SYNC_FAILED") || isHiveSyncError(error, "PREVIEW_BUILD_FAILED");
  return hasWorked && (isOfSync || againAfterMs(error) !== null);
}

/** `null` when only another push can help. */
function againAfterMs(error: unknown): number | null {
  if (isNetworkError(error) || isTimeoutError(error)) return pauseMs;
  if (!isHiveSyncError(error, "RATE_LIMITED") && !isHiveSyncError(error, "SERVICE_UNAVAILABLE")) return null;
  return error.retryAfterSeconds === undefined ? pauseMs : error.retryAfterSeconds * 1_000;
}
