import type { inferOutput } from "@trpc/tanstack-react-query";
import type { trpc } from "./trpc.ts";

/** A job as it comes over the wire. */
export type JobRow = inferOutput<typeof trpc.admin.listJobs>["items"][number];
