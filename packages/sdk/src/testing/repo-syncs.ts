import { encodeCursor, type PageRequest } from "@hivesync/contracts/pagination";
import type { RepoSync } from "@hivesync/contracts/resources/repos";
import { ContractError, type ContractCall, type ContractHandlers } from "./contract-server.ts";

const projectId = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10";
export const testRepoUrl = "https://github.com/example/todo.git";

const syncIdOf = (number: number): string => `0192f0c1-2b5a-7c3d-8e4f-${String(number).padStart(12, "0")}`;

/** Endpoints of repositories as the contract describes them: one open sync of a project at a time. */
export class RepoSyncs {
  requests: Pick<ContractCall, "input" | "idempotencyKey">[] = [];
  /** The newest first. */
  rows: RepoSync[] = [];
  /** What each reading turns the open sync into, one after the other; the last one again and again. */
  states: Partial<RepoSync>[] = [{ status: "COMPLETED", head: "a".repeat(40), files: 2 }];
  /** The pages that were read. */
  pages: { limit: number; rows: number }[] = [];
  #reads = 0;

  /** Puts a row before the others. */
  add(row: Partial<RepoSync> = {}): RepoSync {
    const added = { ...queued, sync_id: syncIdOf(this.rows.length + 1), ...row };
    this.rows.unshift(added);
    return added;
  }

  readonly handlers: ContractHandlers = {
    "repos.sync": ({ input, idempotencyKey }) => {
      this.requests.push({ input, idempotencyKey });
      const open = this.#open();
      if (open) throw new ContractError("CONFLICT", { sync_id: open.sync_id });
      this.#reads = 0;
      const { repo_url = testRepoUrl, ref = null } = input as { repo_url?: string; ref?: string };
      const { sync_id, status } = this.add({ repo_url, ref });
      return { sync_id, status };
    },
    "repos.status": ({ input }) => {
      const { limit, cursor } = input as unknown as PageRequest;
      Object.assign(this.#open() ?? {}, this.states[Math.min(this.#reads, this.states.length - 1)]);
      this.#reads += 1;
      const first = cursor ? this.rows.findIndex(({ sync_id }) => sync_id === cursor.id) + 1 : 0;
      const items = this.rows.slice(first, first + limit);
      this.pages.push({ limit, rows: items.length });
      const last = items.at(-1);
      const has_more = first + limit < this.rows.length;
      const next_cursor = has_more && last ? encodeCursor({ created_at: last.created_at, id: last.sync_id }) : null;
      return { items, limit, offset: 0, has_more, next_cursor, mirror: null, token_host: null };
    },
  };

  #open(): RepoSync | undefined {
    return this.rows.find(({ status }) => status === "QUEUED" || status === "RUNNING");
  }
}

const queued: RepoSync = {
  sync_id: syncIdOf(0),
  project_id: projectId,
  repo_url: testRepoUrl,
  ref: null,
  automatic: false,
  status: "QUEUED",
  progress: null,
  head: null,
  head_ref: null,
  refs: null,
  files: null,
  bytes: null,
  left_out: [],
  left_out_total: null,
  forced: [],
  deleted: [],
  error: null,
  requested_by: null,
  created_at: "2026-11-22T10:00:00.000Z",
  started_at: null,
  completed_at: null,
};
