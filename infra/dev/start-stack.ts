import { buildConsole } from "#admin-console/build-console.ts";
import { ensureAccounts, type Account } from "./accounts.ts";
import { provideApi, provideWorkers } from "./apps.ts";
import { prepareDatabase } from "./database.ts";
import { provideDesktop } from "./desktop.ts";
import type { DevFile } from "./dev-file.ts";
import { publishExample } from "./example-preview.ts";
import { explainFailure } from "./explain-failure.ts";
import { poll } from "./poll.ts";
import { provideDatabase, provideRedis, provideStorage } from "./services.ts";
import type { StackContext } from "./stack-context.ts";

const healthyWithinMs = 30_000;

async function waitUntilHealthy(apiUrl: string): Promise<void> {
  let last = "it does not answer";
  const isHealthy = async (): Promise<boolean> => {
    try {
      const response = await fetch(`${apiUrl}/health/deep`, { signal: AbortSignal.timeout(5_000) });
      last = await response.text();
      return response.ok;
    } catch (error) {
      last = String(error);
      return false;
    }
  };
  if (await poll(isHealthy, { withinMs: healthyWithinMs })) return;
  throw new Error(`The stack is not healthy after ${healthyWithinMs / 1_000} s: ${last}`);
}

/** The example is a welcome, not a condition: without it the stack is as good. */
async function tryExample(context: StackContext, apiUrl: string, user: Account): Promise<string | null> {
  try {
    return await context.report.step("preview of examples/todo-native", () => publishExample(apiUrl, user));
  } catch (error) {
    context.report.failed(`preview of examples/todo-native: ${explainFailure(error, context.directory)}`);
    return null;
  }
}

/** Nor is the console: the API says at its address how to build it. */
async function tryConsole({ report, directory }: StackContext): Promise<void> {
  try {
    await report.step((isNew) => (isNew ? "admin console built" : "admin console up to date"), buildConsole);
  } catch (error) {
    report.failed(explainFailure(error, directory));
  }
}

function firstAccounts({ secrets }: StackContext): { admin: Account; user: Account } {
  return {
    admin: {
      email: "admin@hivesync.localhost",
      username: "admin",
      password: secrets.admin_password,
      tier: "Admin",
    },
    // Pro: previews of the Free tier are gone after an hour, and with them the link to the example.
    user: { email: "demo@hivesync.localhost", username: "demo", password: secrets.user_password, tier: "Pro" },
  };
}

/** Starts everything in the order that it needs. Returns what others may know of it, but for the process ids. */
export async function startStack(context: StackContext): Promise<Omit<DevFile, "pids">> {
  const { env, report, secrets } = context;
  const [ownerUrl, redisUrl, storage] = await Promise.all([
    provideDatabase(context),
    provideRedis(context),
    provideStorage(context),
  ]);
  const { urls: database } = await report.step(
    ({ applied }) => (applied.length === 0 ? "database up to date" : `database migrated (${applied.length} new)`),
    () => prepareDatabase(ownerUrl, context),
  );
  const services = { database, redisUrl, storage };
  const apiUrl = await provideApi(context, services);
  const { admin, user } = firstAccounts(context);
  const [desktopUrl] = await Promise.all([
    provideDesktop(context, apiUrl),
    provideWorkers(context, { ...services, apiUrl }),
    tryConsole(context),
    ensureAccounts([admin, user], { databaseUrl: database.owner, apiUrl }),
  ]);
  await report.step("all parts healthy", () => waitUntilHealthy(apiUrl));
  const [workerSecret = ""] = (env.HIVESYNC_WORKER_SECRETS ?? secrets.worker_secret).split(",");
  return {
    api_url: apiUrl,
    desktop_url: desktopUrl,
    docs_url: `${apiUrl}/docs`,
    admin_url: `${apiUrl}/admin`,
    preview_url: await tryExample(context, apiUrl, user),
    admin: { email: admin.email, password: admin.password },
    user: { email: user.email, password: user.password },
    database_url: database.owner,
    redis_url: redisUrl,
    s3: {
      endpoint: storage.endpoint,
      bucket: storage.bucket,
      access_key_id: storage.accessKeyId,
      secret_access_key: storage.secretAccessKey,
    },
    worker_secret: workerSecret.trim(),
  };
}
