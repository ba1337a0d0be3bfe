import { z } from "zod";
import { everyone } from "../access.ts";
import { query } from "../endpoint.ts";

const partStatus = z.enum(["up", "down"]);

export const deepHealth = z
  .strictObject({
    status: partStatus,
    database: partStatus,
    redis: partStatus,
    storage: partStatus,
    workers: z.strictObject({ cpu: z.int().min(0), gpu: z.int().min(0) }),
  })
  .meta({
    id: "DeepHealth",
    description:
      "Health per part. `workers` counts those that are alive, by kind; without a GPU worker the service is not down.",
  });
export type DeepHealth = z.output<typeof deepHealth>;

export const health = {
  shallow: query({
    rest: "GET /health",
    summary: "Whether the process answers. Touches nothing else.",
    access: everyone,
    rate: "none",
    input: z.strictObject({}),
    output: z.strictObject({ status: z.literal("up"), version: z.string() }),
    example: { input: {}, output: { status: "up", version: "1.0.0" } },
    errors: [],
  }),
  deep: query({
    rest: "GET /health/deep",
    summary: "Whether database, Redis, object storage and workers are there. SERVICE_UNAVAILABLE when one is not.",
    access: everyone,
    rate: "none",
    input: z.strictObject({}),
    output: deepHealth,
    example: {
      input: {},
      output: { status: "up", database: "up", redis: "up", storage: "up", workers: { cpu: 2, gpu: 0 } },
    },
    errors: ["SERVICE_UNAVAILABLE"],
  }),
};
