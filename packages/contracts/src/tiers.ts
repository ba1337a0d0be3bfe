/** A user's tier, in the order of what it holds. Admin is the operator of the site. */
export const tiers = ["Free", "Pro", "Premium", "Admin"] as const;
export type Tier = (typeof tiers)[number];

/** What one tier holds. Bytes are powers of ten, as storage is sold. */
export interface TierLimits {
  previewsPerMinute: number;
  previewsAtOnce: number;
  aiJobsPerMinute: number;
  aiJobsAtOnce: number;
  repoSyncs: { count: number; perSeconds: number };
  repoSyncsAtOnce: number;
  repoSyncSeconds: number;
  /** What a mirror takes on disk. */
  repoBytes: number;
  maxFiles: number;
  maxBytes: number;
  buildSeconds: number;
  storageBytes: number;
  previewLifetimeSeconds: number;
  autoSyncSeconds: number;
  queue: "cpu" | "gpu";
  /** BullMQ priority: 1 runs first. */
  priority: number;
}

const GB = 1_000_000_000;
const MB = 1_000_000;
const hour = 3600;

const premium: TierLimits = {
  previewsPerMinute: 120,
  previewsAtOnce: 16,
  aiJobsPerMinute: 60,
  aiJobsAtOnce: 16,
  repoSyncs: { count: 6, perSeconds: 60 },
  repoSyncsAtOnce: 4,
  repoSyncSeconds: 1_800,
  repoBytes: 5 * GB,
  maxFiles: 50_000,
  maxBytes: GB,
  buildSeconds: 600,
  storageBytes: 200 * GB,
  previewLifetimeSeconds: 7 * 24 * hour,
  autoSyncSeconds: 15 * 60,
  queue: "gpu",
  priority: 2,
};

/** The tier table of the API design. The requester's tier counts; storage is the team's, by its Owner's tier. */
export const tierLimits: Readonly<Record<Tier, TierLimits>> = {
  Free: {
    previewsPerMinute: 6,
    previewsAtOnce: 1,
    aiJobsPerMinute: 3,
    aiJobsAtOnce: 1,
    repoSyncs: { count: 1, perSeconds: 300 },
    repoSyncsAtOnce: 1,
    repoSyncSeconds: 300,
    repoBytes: 250 * MB,
    maxFiles: 2_000,
    maxBytes: 50 * MB,
    buildSeconds: 60,
    storageBytes: GB,
    previewLifetimeSeconds: hour,
    autoSyncSeconds: 24 * hour,
    queue: "cpu",
    priority: 8,
  },
  Pro: {
    previewsPerMinute: 30,
    previewsAtOnce: 4,
    aiJobsPerMinute: 20,
    aiJobsAtOnce: 4,
    repoSyncs: { count: 1, perSeconds: 60 },
    repoSyncsAtOnce: 2,
    repoSyncSeconds: 900,
    repoBytes: GB,
    maxFiles: 10_000,
    maxBytes: 250 * MB,
    buildSeconds: 180,
    storageBytes: 20 * GB,
    previewLifetimeSeconds: 24 * hour,
    autoSyncSeconds: hour,
    queue: "cpu",
    priority: 4,
  },
  Premium: premium,
  Admin: { ...premium, priority: 1 },
};

/** The most files that any tier takes in one manifest; what the contract itself refuses. */
export const maxManifestFiles = premium.maxFiles;

/** What one AI job takes, whatever the tier. A model reads no more, and nobody reads more at once. Bytes are powers of two, as files are read. */
export const aiJobLimits = { maxFiles: 100, maxFileBytes: 1024 * 1024, maxBytes: 8 * 1024 * 1024 } as const;

/** Calls per minute and user that are no accepted job. */
export const generalCallsPerMinute = 600;

/** Sign-in failures within the window before RATE_LIMITED, whatever the password. */
export const loginFailures = { windowSeconds: 900, perAccountAndAddress: 5, perAccount: 50, perAddress: 20 } as const;

/** Registrations per hour and address. */
export const registrationsPerHour = 10;

/** Device links started per minute and address, and wrong user codes per user in the life of one link. */
export const deviceLimits = { startsPerMinute: 10, wrongCodes: 5 } as const;

/** Event streams open at once on one process: of one user, and of one preview's link, which many may have. */
export const openStreams = { perUser: 20, perPreviewLink: 200 } as const;
