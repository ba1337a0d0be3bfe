import type { LocalRoute } from "./local-route.ts";

/** Lets clients have a folder read. */
export const link: LocalRoute<"link"> = async ({ deps, input }) => {
  return { directory: await deps.folders.link(input.directory) };
};
