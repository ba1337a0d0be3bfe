import { tierLimits, tiers, type Tier, type TierLimits } from "@hivesync/contracts/tiers";
import { z } from "zod";

const count = z.int().min(1);

const limits = z.strictObject({
  previewsPerMinute: count,
  previewsAtOnce: count,
  aiJobsPerMinute: count,
  aiJobsAtOnce: count,
  repoSyncs: z.strictObject({ count, perSeconds: count }),
  repoSyncsAtOnce: count,
  repoSyncSeconds: count,
  repoBytes: count,
  maxFiles: count,
  maxBytes: count,
  buildSeconds: count,
  storageBytes: count,
  previewLifetimeSeconds: count,
  autoSyncSeconds: count,
  queue: z.enum(["cpu", "gpu"]),
  priority: count,
} satisfies Record<keyof TierLimits, z.ZodType>);

type Overrides = Partial<Record<Tier, z.output<ReturnType<typeof limits.partial>>>>;

function applyOverrides(overrides: Overrides): Record<Tier, TierLimits> {
  const entries = tiers.map((tier) => [tier, limits.parse({ ...tierLimits[tier], ...overrides[tier] })] as const);
  return Object.fromEntries(entries) as Record<Tier, TierLimits>;
}

const json = z.string().transform((value, context): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    context.addIssue('must be JSON, as {"Free":{"previewsAtOnce":2}}');
    return z.NEVER;
  }
});

/**
 * The tier table with what the operator sets otherwise, as JSON: `{"Free":{"previewsPerMinute":12}}`. API and workers take the same value.
 */
export const tierVariables = {
  HIVESYNC_TIERS: json
    .pipe(z.partialRecord(z.enum(tiers), limits.partial()))
    .default({})
    .transform((overrides) => applyOverrides(overrides)),
};
