import { api } from "@hivesync/contracts/api";
import { tasks } from "@hivesync/db/schema/tasks";
import { eq } from "drizzle-orm";
import { operation } from "#operation.ts";

export const deleteTask = operation(api.tasks.delete, async ({ input, transact }) =>
  transact(async (transaction) => {
    await transaction.delete(tasks).where(eq(tasks.id, input.id));
    return {};
  }),
);
