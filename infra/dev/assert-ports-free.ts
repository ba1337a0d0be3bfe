import { assertPortFree } from "@hivesync/dev-services/free-port";
import type { DevEnvironment } from "./env.ts";

/** @throws Error that names every port that is taken and the variable that chooses another. */
export async function assertPortsFree(env: DevEnvironment): Promise<void> {
  const uses = [
    { what: "API", environmentName: "HIVESYNC_API_PORT", isOurs: true },
    { what: "object store", environmentName: "HIVESYNC_OBJECT_STORE_PORT", isOurs: !env.storage },
    { what: "Postgres", environmentName: "HIVESYNC_POSTGRES_PORT", isOurs: !env.HIVESYNC_DATABASE_URL },
    { what: "Redis", environmentName: "HIVESYNC_REDIS_PORT", isOurs: !env.HIVESYNC_REDIS_URL },
  ] as const;
  const checks = uses
    .filter(({ isOurs }) => isOurs)
    .map((use) => assertPortFree(env[use.environmentName], use).then(() => undefined, String));
  const refusals = (await Promise.all(checks)).filter((refusal) => refusal !== undefined);
  if (refusals.length > 0) throw new Error(refusals.map((text) => text.replace(/^Error: /, "")).join("\n"));
}
