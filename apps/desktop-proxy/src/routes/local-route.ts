import type { DesktopOutput, DesktopRouteName, desktopRoutes } from "@hivesync/contracts/desktop";
import type { z } from "zod";
import type { Deps } from "#deps.ts";

/** One call of one of the Desktop's own routes, its input checked. */
interface LocalCall<Name extends DesktopRouteName> {
  deps: Deps;
  input: z.output<(typeof desktopRoutes)[Name]["input"]>;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
}

/** What answers one of the Desktop's own routes. */
export type LocalRoute<Name extends DesktopRouteName> = (call: LocalCall<Name>) => Promise<DesktopOutput<Name>>;
