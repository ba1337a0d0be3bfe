import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Tier } from "@hivesync/contracts/tiers";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { users } from "@hivesync/db/schema/users";
import { startObjectStore, type RunningObjectStore } from "@hivesync/dev-services/object-store";
import { startGitServer, type GitServer } from "@hivesync/git-mirror/testing/git-server";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { seedTeam, type Team } from "@hivesync/worker/testing/publish";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { eq } from "drizzle-orm";
import { endSync, type EndedSync } from "./end-sync.ts";
import { startWorkerCpu, type RunningWorkerCpu, type WorkerCpuSettings } from "./start-worker-cpu.ts";

/** What a test wants mirrored. */
export interface TestSync {
  team: Team;
  /** A repository of the bench's server. */
  name: string;
  ref?: string;
}

/** Everything around repository syncs: a git server, a store of the bench's own, the API's stand-in. */
export interface RepoBench extends AsyncDisposable {
  bench: WorkerBench;
  server: GitServer;
  store: RunningObjectStore;
  /** The environment of a worker that may ask the server. */
  environment: Record<string, string>;
  startWorker: (settings?: WorkerCpuSettings) => Promise<RunningWorkerCpu>;
  /** A team of its own with a project. */
  newTeam: (tier?: Tier) => Promise<Team>;
  /** Makes a sync's row, as the API does. */
  request: (order: TestSync) => Promise<string>;
  dispatch: (syncId: string) => Promise<void>;
  row: (syncId: string) => Promise<typeof repoSyncs.$inferSelect>;
  /** Waits for a sync's end and takes it in, as the API does. */
  ended: (syncId: string, team: Team) => Promise<EndedSync>;
  /** All of it. */
  sync: (order: TestSync) => Promise<EndedSync>;
  /** How many objects were written to the store while the work went on. */
  countWrites: (work: () => Promise<unknown>) => Promise<number>;
}

const endWithinSeconds = 60;
const login = { accessKeyId: "key", secretAccessKey: "secret of the store", bucket: "repos", region: "us-east-1" };

/** What lies in the store: every write makes a file of its own. */
async function storedFiles(directory: string): Promise<Set<string>> {
  const entries = await readdir(path.join(directory, "objects"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(files.map((entry) => stat(path.join(entry.parentPath, entry.name))));
  return new Set(stats.map(({ ino, ctimeMs }) => `${ino} ${ctimeMs}`));
}

/** The API's part in a sync: asking for it and taking in its end. */
function openSyncs(
  bench: WorkerBench,
  server: GitServer,
): Pick<RepoBench, "request" | "dispatch" | "row" | "ended" | "sync"> {
  const { db, storage, api } = bench;
  const request: RepoBench["request"] = async ({ team, name, ref }) => {
    const id = newId();
    await db.insert(repoSyncs).values({
      id,
      project_id: team.projectId,
      requested_by: team.userId,
      repo_url: server.url(name),
      ref: ref ?? null,
      priority: 8,
      input_key: `t/${team.teamId}/repos/${id}/`,
    });
    return id;
  };
  const dispatch: RepoBench["dispatch"] = (id) => bench.dispatch(id, "repo-sync");
  const ended: RepoBench["ended"] = async (id, { teamId }) => {
    const bodyOf = () => api.received.findLast(({ body }) => body.job_id === id)?.body;
    const body = await waitUntil(bodyOf, (found) => found !== undefined, { seconds: endWithinSeconds });
    if (!body) throw new Error(`no end of ${id}`);
    return endSync({ db, storage, teamId }, body);
  };
  return {
    request,
    dispatch,
    ended,
    row: async (id) => {
      const [found] = await db.select().from(repoSyncs).where(eq(repoSyncs.id, id));
      if (!found) throw new Error(`no sync ${id}`);
      return found;
    },
    sync: async (order) => {
      const id = await request(order);
      await dispatch(id);
      return ended(id, order.team);
    },
  };
}

/** Sets a bench up; its workers are started by the test. */
export async function createRepoBench(): Promise<RepoBench> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-repo-store-"));
  const store = await startObjectStore({ directory, port: 0, ...login });
  const [bench, server] = await Promise.all([
    createWorkerBench({ storage: { ...login, endpoint: store.endpoint } }),
    startGitServer(),
  ]);
  const environment = {
    HIVESYNC_REPO_HOSTS: server.host,
    HIVESYNC_REPO_LOOPBACK_HOSTS: server.host,
    HIVESYNC_REPO_CA_FILE: server.caFile,
  };
  return {
    bench,
    server,
    store,
    environment,
    ...openSyncs(bench, server),
    startWorker: (settings = {}) => startWorkerCpu(bench, { ...settings, env: { ...environment, ...settings.env } }),
    newTeam: async (tier = "Premium") => {
      const team = await seedTeam(bench.db);
      await bench.db.update(users).set({ tier }).where(eq(users.id, team.userId));
      return team;
    },
    countWrites: async (work) => {
      const before = await storedFiles(directory);
      await work();
      const after = await storedFiles(directory);
      return after.difference(before).size;
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await bench[Symbol.asyncDispose]();
      await store.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
