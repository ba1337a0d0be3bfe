import { z } from "zod";
import { siteAdmin } from "../access.ts";
import { mutation, query } from "../endpoint.ts";
import { exampleIds } from "../example-ids.ts";
import { tiers } from "../tiers.ts";
import { id, timestamp } from "../values.ts";

export const workerGpu = z
  .strictObject({
    mode: z.enum(["cuda", "software"]),
    name: z.string().nullable(),
    memory_total_mb: z.number().min(0).nullable(),
    memory_used_mb: z.number().min(0).nullable(),
    utilization: z.number().min(0).max(1).nullable(),
  })
  .meta({
    id: "WorkerGpu",
    description: "What a GPU worker works on. `software` is one without a GPU, of which the rest is null.",
  });
export type WorkerGpu = z.output<typeof workerGpu>;

export const liveWorker = z
  .strictObject({
    id: z.string(),
    kind: z.enum(["cpu", "gpu"]),
    host: z.string(),
    queues: z.array(z.string()),
    concurrency: z.int(),
    active: z.int(),
    version: z.string(),
    gpu: workerGpu.nullable(),
    last_seen: timestamp,
  })
  .meta({ id: "Worker", description: "A worker that gave a sign of life within ten seconds." });
export type LiveWorker = z.output<typeof liveWorker>;

export const adminUser = z
  .strictObject({
    id,
    email: z.string(),
    username: z.string(),
    tier: z.enum(tiers),
    created_at: timestamp,
    last_login: timestamp.nullable(),
    disabled_at: timestamp.nullable(),
  })
  .meta({ id: "AdminUser", description: "A user as the site's admins see one." });
export type AdminUser = z.output<typeof adminUser>;

const exampleWorker: LiveWorker = {
  id: "01a202b2-c500-7000-8000-0000000000a1",
  kind: "cpu",
  host: "worker-1",
  queues: ["preview-cpu", "ai-cpu", "maintenance"],
  concurrency: 2,
  active: 1,
  version: "1.0.0",
  gpu: null,
  last_seen: "2026-11-22T10:15:04.000Z",
};

const exampleGrace: AdminUser = {
  id: exampleIds.grace,
  email: "grace@example.com",
  username: "grace",
  tier: "Pro",
  created_at: "2026-11-22T09:35:00.000Z",
  last_login: "2026-11-22T10:00:00.000Z",
  disabled_at: null,
};

export const admin = {
  listWorkers: query({
    rest: "GET /admin/workers",
    summary: "The workers that are alive.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(liveWorker) }),
    example: { input: {}, output: { items: [exampleWorker] } },
    errors: [],
  }),
  setTier: mutation({
    rest: "POST /admin/users/{id}/tier",
    summary:
      "Gives a user another tier, which holds from the next request on. The last Admin stays. The user is notified.",
    access: siteAdmin,
    rate: "general",
    input: z.strictObject({ id, tier: z.enum(tiers) }),
    output: adminUser,
    example: { input: { id: exampleIds.grace, tier: "Pro" }, output: exampleGrace },
    errors: ["NOT_FOUND", "CONFLICT"],
  }),
};
