import { previousLog } from "#log/open-log.ts";
import { readLastLines } from "#log/read-last-lines.ts";
import type { LocalRoute } from "./local-route.ts";

/** The last lines of the log, the newest last. */
export const logs: LocalRoute<"logs"> = async ({ deps, input }) => {
  return { lines: await readLastLines([deps.logFile, previousLog(deps.logFile)], input.lines) };
};
