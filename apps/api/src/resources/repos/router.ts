import type { Operations } from "#operation.ts";
import { status } from "./status.ts";
import { syncRepo } from "./sync-repo.ts";

export const repoOperations = { sync: syncRepo, status } satisfies Operations<"repos">;
