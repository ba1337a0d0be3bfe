import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { SharedServices } from "@hivesync/testing/shared-services";
import { Redis } from "ioredis";
import postgres from "postgres";

/** When, of what and on what a row was measured. */
export interface Taken {
  date: string;
  commit: string;
  machine: string;
  versions: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const gibibyte = 1_024 ** 3;

function git(...parameters: string[]): string {
  return execFileSync("git", parameters, { cwd: root, encoding: "utf8" }).trim();
}

function commitOfSources(): string {
  const isChanged = git("status", "--porcelain", "--", "apps", "packages", "infra").length > 0;
  return git("rev-parse", "--short", "HEAD") + (isChanged ? " with changes" : "");
}

/** Versions of what the API stands on, as it finds them. */
function packageVersions(): string {
  const versionOf = (name: string): string => {
    const manifest = readFileSync(new URL(`../../apps/api/node_modules/${name}/package.json`, import.meta.url), "utf8");
    return `${name} ${(JSON.parse(manifest) as { version: string }).version}`;
  };
  return ["fastify", "postgres", "drizzle-orm", "@trpc/server", "zod", "ioredis"].map(versionOf).join(", ");
}

async function serviceVersions(services: SharedServices): Promise<string> {
  const sql = postgres(services.postgresUrl, { max: 1 });
  const redis = new Redis(services.redisUrl);
  try {
    const [row] = await sql<{ server_version: string }[]>`SHOW server_version`;
    const info = await redis.info("server");
    return `Postgres ${row?.server_version}, Redis ${/redis_version:(\S+)/.exec(info)?.[1]}`;
  } finally {
    redis.disconnect();
    await sql.end();
  }
}

/** What must be known of a measurement to take it for what it is. */
export async function describeTaken(services: SharedServices): Promise<Taken> {
  const [processor] = cpus();
  const memory = (totalmem() / gibibyte).toFixed(0);
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitOfSources(),
    machine: `${cpus().length} cores of ${processor?.model.trim()}, ${memory} GiB`,
    versions: `Node ${process.versions.node}, ${await serviceVersions(services)}, ${packageVersions()}`,
  };
}
