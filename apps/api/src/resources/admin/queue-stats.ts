import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";

export const queueStats = operation(api.admin.queueStats, async ({ deps }) => ({ items: await deps.queues.read() }));
