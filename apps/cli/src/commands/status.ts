import { isHiveSyncError } from "@hivesync/sdk";
import { asUser, describeStore } from "#account.ts";
import { CliError, exitCodes } from "#cli-error.ts";
import type { CliContext } from "#context.ts";

/** Account, health, where the login is kept. Fails when the API cannot be reached or a part of it is down. */
export async function status(_options: object, context: CliContext): Promise<number> {
  const { hive, output, credentials } = context;
  const health = await readHealth(context);
  const account = await readAccount(context);
  const { database, redis, storage, workers } = health;
  const { cpu, gpu } = workers;
  const lines = [
    `API      ${hive.baseUrl}: ${health.status} (${hive.mode})`,
    `Parts    database ${database}, redis ${redis}, storage ${storage}, workers ${cpu} CPU and ${gpu} GPU`,
    account ? `Account  ${account.username} (${account.email}), ${account.tier}` : "Account  not signed in",
    `Login    ${describeStore(context)}`,
  ];
  const value = { api_url: hive.baseUrl, mode: hive.mode, credentials: credentials.kind, account, health };
  output.result(value, lines.join("\n"));
  return health.status === "up" ? exitCodes.ok : exitCodes.failure;
}

type Health = Awaited<ReturnType<CliContext["hive"]["api"]["health"]["deep"]["query"]>>;

async function readHealth({ hive, signal }: CliContext): Promise<Health> {
  try {
    return await hive.api.health.deep.query({}, { signal });
  } catch (error) {
    // With a part down the same report comes as the details of the error.
    if (isHiveSyncError(error, "SERVICE_UNAVAILABLE") && isHealth(error.details)) return error.details;
    throw error;
  }
}

function isHealth(value: unknown): value is Health {
  return typeof value === "object" && value !== null && "status" in value && "workers" in value;
}

async function readAccount(context: CliContext) {
  const { hive, signal } = context;
  return asUser(context, () => hive.auth.me({ signal })).catch((error: unknown) => {
    if (isHiveSyncError(error) || error instanceof CliError) return null;
    throw error;
  });
}
