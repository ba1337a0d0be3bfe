import type { LocalRoute } from "./local-route.ts";

/** Takes a folder back from what clients may have read. */
export const unlink: LocalRoute<"unlink"> = async ({ deps, input }) => {
  await deps.folders.unlink(input.directory);
  return {};
};
