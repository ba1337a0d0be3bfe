import type { Operations } from "#operation.ts";
import { aiStats } from "./ai-stats.ts";
import { audit } from "./audit.ts";
import { cancelJob } from "./cancel-job.ts";
import { disableUser } from "./disable-user.ts";
import { enableUser } from "./enable-user.ts";
import { getScaling } from "./get-scaling.ts";
import { listJobs } from "./list-jobs.ts";
import { listUsers } from "./list-users.ts";
import { listWorkers } from "./list-workers.ts";
import { previewStats } from "./preview-stats.ts";
import { queueStats } from "./queue-stats.ts";
import { retryJob } from "./retry-job.ts";
import { setTier } from "./set-tier.ts";
import { streamAdmin } from "./stream-admin.ts";
import { updateScaling } from "./update-scaling.ts";

export const adminOperations = {
  listUsers,
  setTier,
  disableUser,
  enableUser,
  listWorkers,
  queueStats,
  previewStats,
  aiStats,
  listJobs,
  retryJob,
  cancelJob,
  audit,
  getScaling,
  updateScaling,
  stream: streamAdmin,
} satisfies Operations<"admin">;
