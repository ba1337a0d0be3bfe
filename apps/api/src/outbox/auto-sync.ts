import { tiers, type Tier, type TierLimits } from "@hivesync/contracts/tiers";
import { projects } from "@hivesync/db/schema/projects";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { teams } from "@hivesync/db/schema/teams";
import { users } from "@hivesync/db/schema/users";
import { newId } from "@hivesync/platform/ids";
import type { Logger } from "@hivesync/platform/logger";
import { sql, type SQL } from "drizzle-orm";
import { audit } from "#audit.ts";
import { isOpenSync } from "#repo/insert-sync.ts";
import { createSweeps, type Sweeps } from "#sweeps.ts";
import { toAppError } from "#to-app-error.ts";
import type { RunTransaction, Transaction } from "#transaction.ts";

const sweepMs = 30_000;
const batchSize = 100;

/** Asks for the syncs that projects want from time to time (`auto_sync` in their settings). */
export interface AutoSync extends Sweeps {
  /** Answers how many syncs are due and were asked for. */
  syncOnce: () => Promise<number>;
}

export interface AutoSyncOptions {
  transact: RunTransaction;
  tiers: Readonly<Record<Tier, TierLimits>>;
  /** The hosts that repositories are mirrored from. */
  repoHosts: readonly string[];
  log: Logger;
  /** Called when there is something to be dispatched. */
  onDue: () => void;
}

interface Asked extends Record<string, unknown> {
  id: string;
  project_id: string;
  requested_by: string;
  repo_url: string;
  ref: string | null;
}

function byOwner(limits: AutoSyncOptions["tiers"], numberOf: (limits: TierLimits) => number): SQL {
  const cases = tiers.map((tier) => sql`WHEN ${tier} THEN ${numberOf(limits[tier])}::int`);
  return sql`CASE u.tier ${sql.join(cases, sql` `)} END`;
}

// As `repoHost` reads it out of an address that the contract took.
const hostOf = (url: SQL): SQL => sql`regexp_replace(lower(split_part(${url}, '/', 3)), ':443$', '')`;

/**
 * Writes the syncs that are due, in one statement. Since the last one of the same repository, or the last automatic one of any, there must have
 * been the interval of the Owner's tier. Projects are locked: one that is being changed, or that another process looks at, is left to the next
 * sweep; should that process have been faster all the same, its sync is open and the unique index lets in no second one.
 */
async function insertDue(transaction: Transaction, options: AutoSyncOptions): Promise<Asked[]> {
  const ids = sql.param(Array.from({ length: batchSize }, () => newId()));
  const url = sql`(p.settings -> 'repo' ->> 'url')`;
  const rows = await transaction.execute<Asked>(sql`
    WITH due AS (
      SELECT p.id, p.team_id, u.id AS owner_id, ${url} AS url, p.settings -> 'repo' ->> 'ref' AS ref,
        ${byOwner(options.tiers, ({ priority }) => priority)} AS priority
      FROM ${projects} p JOIN ${teams} t ON t.id = p.team_id JOIN ${users} u ON u.id = t.owner_id
      WHERE p.settings -> 'repo' ->> 'auto_sync' = 'true' AND u.disabled_at IS NULL
        AND ${hostOf(url)} = ANY(${sql.param(options.repoHosts)}::text[])
        AND NOT EXISTS (SELECT 1 FROM ${repoSyncs} o WHERE o.project_id = p.id AND o.status IN ('QUEUED', 'RUNNING'))
        AND NOT EXISTS (
          SELECT 1 FROM ${repoSyncs} r WHERE r.project_id = p.id AND (r.automatic OR r.repo_url = ${url})
            AND r.created_at > now() - make_interval(secs => ${byOwner(options.tiers, ({ autoSyncSeconds }) => autoSyncSeconds)}))
      LIMIT ${batchSize}
      FOR NO KEY UPDATE OF p SKIP LOCKED
    ), numbered AS (
      SELECT due.*, (${ids}::uuid[])[row_number() OVER ()] AS sync_id FROM due
    )
    INSERT INTO repo_syncs (id, project_id, requested_by, repo_url, ref, automatic, priority, input_key)
    SELECT sync_id, id, owner_id, url, ref, true, priority, 't/' || team_id || '/repos/' || sync_id || '/' FROM numbered
    ON CONFLICT (project_id) WHERE ${isOpenSync} DO NOTHING
    RETURNING id, project_id, requested_by, repo_url, ref`);
  return [...rows];
}

/** Asks for a batch of what is due. */
function askForDue(options: AutoSyncOptions): Promise<number> {
  return options.transact(async (transaction) => {
    const asked = await insertDue(transaction, options);
    const events = asked.map(({ id, project_id, requested_by, repo_url, ref }) => ({
      event_type: "repo_requested" as const,
      user_id: requested_by,
      project_id,
      metadata: { job_id: id, repo_url, ref, automatic: true },
    }));
    await audit(transaction, ...events);
    return asked.length;
  });
}

export function createAutoSync(options: AutoSyncOptions): AutoSync {
  const syncOnce = async (): Promise<number> => {
    let total = 0;
    let count = 0;
    do {
      count = await askForDue(options);
      total += count;
    } while (count === batchSize);
    if (total > 0) options.onDue();
    return total;
  };
  const sweep = async (): Promise<void> => {
    try {
      await syncOnce();
    } catch (error) {
      options.log.warn("auto_sync_postponed", { error: toAppError(error) });
    }
  };
  return { syncOnce, ...createSweeps(sweep, { firstMs: 0, everyMs: sweepMs }) };
}
