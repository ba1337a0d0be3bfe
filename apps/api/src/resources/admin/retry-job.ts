import { api } from "@hivesync/contracts/api";
import type { ChangedJob, JobKindName } from "@hivesync/contracts/operator";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, isNull } from "drizzle-orm";
import type { Scope } from "#actor.ts";
import { findScope } from "#auth/find-scope.ts";
import type { Deps } from "#deps.ts";
import { operation } from "#operation.ts";
import { submitAiJobAgain } from "#resources/ai/retry-ai-job.ts";
import { submitPreviewAgain } from "#resources/previews/retry-preview.ts";
import type { Requester, Submitter } from "#submit/submit-job.ts";
import { findJob, type FoundJob } from "./find-job.ts";
import { retryRepoSync } from "./retry-repo-sync.ts";

/** Whoever asked for a job, as they are now. @throws AppError CONFLICT when they could not ask for it any more */
async function findRequester(db: Deps["db"], job: FoundJob): Promise<{ actor: Requester; scope: Scope }> {
  const gone = (publicMessage: string) => new AppError("CONFLICT", { publicMessage });
  const { requested_by: userId, project_id: id } = job;
  if (userId === null) throw gone("Whoever asked for this job is gone.");
  const [user] = await db
    .select({ tier: users.tier })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.disabled_at)));
  if (!user) throw gone("Whoever asked for this job is disabled.");
  const scope = await findScope(db, { of: "project", id }, userId);
  if (!scope) throw gone("Whoever asked for this job is no longer in the project's team.");
  return { actor: { userId, tier: user.tier }, scope };
}

/** A kind's own answer is for whoever asked: what is told and stored here is which job was made. */
function telling<Answer extends Omit<ChangedJob, "kind">>(
  by: Submitter<ChangedJob>,
  kind: JobKindName,
): Submitter<Answer> {
  const transact: Submitter<Answer>["transact"] = async (work) => {
    let made: Answer | undefined;
    await by.transact(async (transaction) => {
      made = await work(transaction);
      return { job_id: made.job_id, kind, status: made.status };
    });
    // Another call with this Idempotency-Key was faster: the next try is answered what that one was.
    if (!made) throw new AppError("CONFLICT", { retryAfterSeconds: 1 });
    return made;
  };
  return { ...by, transact };
}

const retries: Readonly<Record<JobKindName, (by: Submitter<ChangedJob>, id: string) => Promise<ChangedJob>>> = {
  preview: async (by, id) => {
    const { job_id, status } = await submitPreviewAgain(telling(by, "preview"), id);
    return { job_id, kind: "preview", status };
  },
  ai: async (by, id) => {
    const { job_id, status } = await submitAiJobAgain(telling(by, "ai"), id);
    return { job_id, kind: "ai", status };
  },
  repo: retryRepoSync,
};

/** What only whoever has the files can do something about is no matter of the operator's. */
function asConflict(error: unknown): never {
  const reasons = {
    FILES_MISSING: "Its files are no longer stored: only whoever has them can ask for it anew.",
    QUOTA_EXCEEDED: "It is more than the tiers of its requester and its team hold.",
  };
  if (!(error instanceof AppError && error.code in reasons)) throw error;
  throw new AppError("CONFLICT", { publicMessage: reasons[error.code as keyof typeof reasons], cause: error });
}

export const retryJob = operation(api.admin.retryJob, async ({ deps, actor, input, request, transact }) => {
  const job = await findJob(deps.db, input.id);
  const requester = await findRequester(deps.db, job);
  const by: Submitter<ChangedJob> = { deps, ...requester, operator: actor, request, transact };
  return retries[job.kind.name](by, input.id).catch(asConflict);
});
