import type { Deps } from "#deps.ts";

/** What a clean-up task works with, and how it is told to end early. */
export type MaintenanceContext = Pick<Deps, "maintenanceDb" | "storage"> & { signal: AbortSignal };
