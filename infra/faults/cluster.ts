import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "@hivesync/dev-services/free-port";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import type { TestStack } from "@hivesync/testing/test-stack";
import { repositoryRoot } from "#dev/env.ts";
import { startProcess, type OurProcess } from "#processes/start-process.ts";
import { startBalancer, type Balancer } from "./balancer.ts";

/** A process that is started by the command of the operations guide, and again. */
export interface Member {
  name: string;
  app: "api" | "worker-cpu" | "worker-gpu";
  process: () => OurProcess;
  /** SIGTERM, its orderly end, and the same command again. Answers how it ended. */
  restart: () => Promise<{ code: number | null }>;
  /** What each of its processes printed. */
  lines: () => string[];
}

/** Two APIs behind a balancer, two CPU workers and a GPU worker. */
export interface Cluster extends AsyncDisposable {
  balancer: Balancer;
  apiUrls: string[];
  members: Member[];
}

/** The command that `pnpm start:…` runs. */
async function commandFor(app: Member["app"]): Promise<[string, ...string[]]> {
  const text = await readFile(path.join(repositoryRoot, "package.json"), "utf8");
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  const [node, ...args] = (scripts[`start:${app}`] ?? "").split(" ");
  if (node !== "node") throw new Error(`start:${app} is not run by Node`);
  return [process.execPath, ...args];
}

/** Starts an app by its documented command and waits until it works. */
export async function startMember(
  name: string,
  app: Member["app"],
  environment: Record<string, string>,
): Promise<Member> {
  const command = await commandFor(app);
  const started: OurProcess[] = [];
  const start = async (): Promise<OurProcess> => {
    const ours = await startProcess({
      name,
      command,
      cwd: repositoryRoot,
      environment,
      isReady: (line) => line.includes('"listening"') || line.includes('"worker_started"'),
    });
    started.push(ours);
    return ours;
  };
  let current = await start();
  return {
    name,
    app,
    process: () => current,
    restart: async () => {
      current.kill("SIGTERM");
      const end = await current.exited;
      current = await start();
      return end;
    },
    lines: () => started.flatMap(({ lines }) => lines),
  };
}

/**
 * Starts on one machine what docs/operations.md describes under "Side by side".
 *
 * @param apiEnvironment - Settings of the APIs besides.
 */
export async function startCluster(stack: TestStack, apiEnvironment: Record<string, string> = {}): Promise<Cluster> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-cluster-"));
  const ports = [await freePort(), await freePort()];
  const balancer = await startBalancer(ports);
  const apis = ports.map((port, index) =>
    startMember(`api-${index + 1}`, "api", {
      ...stackEnvironment(stack, "api"),
      HIVESYNC_API_PORT: String(port),
      HIVESYNC_PUBLIC_URL: balancer.url,
      HIVESYNC_UNLIMITED_LOOPBACK: "true",
      HIVESYNC_DRAIN_NOTICE_MS: "1000",
      ...apiEnvironment,
    }),
  );
  const workers = (["worker-cpu", "worker-cpu", "worker-gpu"] as const).map((app, index) =>
    startMember(`${app}-${index + 1}`, app, {
      ...stackEnvironment(stack, "worker"),
      ...(app === "worker-gpu" ? { HIVESYNC_GPU: "software", HIVESYNC_SNAPSHOTS: "off" } : {}),
      HIVESYNC_API_URL: balancer.url,
      HIVESYNC_WORKER_DATA_DIRECTORY: path.join(directory, String(index)),
      HIVESYNC_WORKER_RUNTIMES_DIRECTORY: path.join(directory, "runtimes"),
    }),
  );
  const members = await Promise.all([...apis, ...workers]);
  return {
    balancer,
    apiUrls: ports.map((port) => `http://127.0.0.1:${port}`),
    members,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(members.map((member) => member.process().stop()));
      await balancer[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
