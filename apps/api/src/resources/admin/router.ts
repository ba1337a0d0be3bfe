import type { Operations } from "#operation.ts";
import { listWorkers } from "./list-workers.ts";
import { setTier } from "./set-tier.ts";

export const adminOperations = { listWorkers, setTier } satisfies Operations<"admin">;
