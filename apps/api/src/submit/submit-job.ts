import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import type { Scope, UserActor } from "#actor.ts";
import { audit } from "#audit.ts";
import type { RequestContext } from "#context.ts";
import type { Deps } from "#deps.ts";
import type { Transact } from "#operation.ts";
import type { JobName, RoutedJobName } from "#outbox/job-kinds.ts";
import { readGpuFallback } from "#outbox/gpu-fallback.ts";
import { routeJob, type RoutedQueue } from "#outbox/route-job.ts";
import type { Transaction } from "#transaction.ts";

/** Who asks for a job, and the transaction of the call. */
export interface Submitter<Answer> {
  deps: Deps;
  actor: Requester;
  /** Whoever runs the site and asks in `actor`'s name: no limit of theirs counts it, and it is audited as the operator's doing. */
  operator?: UserActor;
  scope: Scope;
  request: RequestContext;
  transact: Transact<Answer>;
}

/** In whose name a job is done, and by whose tier. */
export type Requester = Pick<UserActor, "userId" | "tier">;

/** What a job works on, as it lies in the store: the same input has the same key. */
export interface StoredInput {
  key: string;
  json: string;
}

/** What the rows of all kinds of job begin with. */
export interface NewJobRow<Name extends RoutedJobName> {
  id: string;
  project_id: string;
  requested_by: string;
  queue: RoutedQueue<Name>;
  priority: number;
  input_key: string;
  retried_from: string | null;
  created_at: string;
}

export function toStoredInput(teamId: string, input: unknown): StoredInput {
  const json = JSON.stringify(input);
  return { key: objectKeys.input(teamId, sha256Hex(json)), json };
}

/** The row of a job that begins now, with the queue that it goes to. */
export async function newJobRow<Name extends RoutedJobName>(
  { deps, actor }: Pick<Submitter<unknown>, "deps" | "actor">,
  kind: Name,
  job: { projectId: string; retriedFrom: string | null; inputKey: string },
): Promise<NewJobRow<Name>> {
  const limits = deps.settings.tiers[actor.tier];
  const liveGpuWorkers = (await deps.health.liveWorkers()).gpu;
  const isGpuMissing = limits.queue === "gpu" && liveGpuWorkers === 0;
  const gpuFallback = isGpuMissing ? await readGpuFallback(deps.db, `${kind}-gpu`) : "cpu";
  return {
    id: newId(),
    project_id: job.projectId,
    requested_by: actor.userId,
    ...routeJob(kind, limits, { liveGpuWorkers, gpuFallback }),
    input_key: job.inputKey,
    retried_from: job.retriedFrom,
    created_at: new Date().toISOString(),
  };
}

/**
 * Counts a job against its limit, lets `accept` write it and wakes the dispatcher. What is not accepted after all is not counted.
 *
 * @throws AppError RATE_LIMITED
 */
export async function acceptJob<Answer>(
  { deps, actor, operator, request }: Pick<Submitter<Answer>, "deps" | "actor" | "operator" | "request">,
  kind: JobName,
  accept: () => Promise<Answer>,
): Promise<Answer> {
  const taken = operator ? undefined : await deps.limits.takeJob(kind, actor, request);
  try {
    const answer = await accept();
    deps.dispatcher.wake(kind);
    return answer;
  } catch (error) {
    await taken?.giveBack();
    throw error;
  }
}

/** Notes that a job was asked for. */
export async function auditRequest(
  transaction: Transaction,
  kind: RoutedJobName,
  { row, files, operator }: { row: NewJobRow<RoutedJobName>; files: number; operator: UserActor | undefined },
): Promise<void> {
  await audit(transaction, {
    event_type: `${kind}_requested`,
    actor_id: operator?.userId ?? row.requested_by,
    ...(operator && { user_id: row.requested_by }),
    project_id: row.project_id,
    metadata: { job_id: row.id, files, ...(row.retried_from && { retried_from: row.retried_from }) },
  });
}
