import { api } from "@hivesync/contracts/api";
import { readLiveWorkers } from "#live-workers.ts";
import { operation } from "#operation.ts";

export const listWorkers = operation(api.admin.listWorkers, async ({ deps }) => ({
  items: await readLiveWorkers(deps.health),
}));
