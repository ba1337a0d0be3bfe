import { setTimeout } from "node:timers/promises";
import { isHiveSyncError, isNetworkError, isTimeoutError } from "@hivesync/sdk";
import { exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { findGitFolder, readOrigin, readRemoteBranches } from "#git/git-folder.ts";
import { isSameRepository, toHttpsUrl } from "#git/https-url.ts";
import { RefWatch } from "#git/ref-watch.ts";

const everyMs = 60_000;
// Where the server does not say how long.
const pauseSeconds = 60;

/** Tells when a repository may have moved. */
export interface Moves extends Disposable {
  /** To be called before a sync: what moves from then on is a move. */
  look(): Promise<void>;
  /** Waits until it may have moved. */
  next(): Promise<void>;
}

/** By the folder, when it is pushed to and fetched from there: its git knows of each push. Else it may have moved every minute. */
export async function watchMoves(directory: string, url: string, signal: AbortSignal): Promise<Moves & { by: string }> {
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
      const seconds = await sync().then(
        () => void (hasWorked = true),
        (error: unknown) => secondsUntilAgain(error, hasWorked, context),
      );
      if (seconds === undefined) await moves.next();
      else {
        const text = `Goes on in ${seconds} s.`;
        if (output.json) output.line({ waiting_seconds: seconds }, text);
        else output.note(text);
        await setTimeout(seconds * 1_000, undefined, { signal });
      }
    }
  } catch (error) {
    // Ctrl-C is how it ends: there is nothing to report.
    if (!signal.aborted) throw error;
    return exitCodes.interrupted;
  }
}

/** Undefined when only another push can help. */
function secondsUntilAgain(error: unknown, hasWorked: boolean, { output, signal }: CliContext): number | undefined {
  if (signal.aborted) throw error;
  const isLimit = isHiveSyncError(error, "RATE_LIMITED");
  const isPassing =
    isLimit || isHiveSyncError(error, "SERVICE_UNAVAILABLE") || isNetworkError(error) || isTimeoutError(error);
  const isOfSync = isHiveSyncError(error, "REPO_SYNC_FAILED") || isHiveSyncError(error, "PREVIEW_BUILD_FAILED");
  // What never worked will go on failing: a wrong address, a token that is missing.
  if (!isLimit && !(hasWorked && (isPassing || isOfSync))) throw error;
  output.failure(error);
  return isPassing ? ((isHiveSyncError(error) ? error.retryAfterSeconds : undefined) ?? pauseSeconds) : undefined;
}
