import { closeOnSignal } from "@hivesync/platform/shutdown";
import { yieldToReads } from "./auth/yield-to-reads.ts";
import { createDeps, type Deps } from "./deps.ts";
import { readApiEnvironment } from "./env.ts";
import { renewRepoTokens } from "./repo/renew-repo-tokens.ts";
import { createServer } from "./server.ts";
import { toAppError } from "./to-app-error.ts";

const keyCheckMs = 60 * 60_000;

/** Looks now and every hour whether keys are due. A start with another key is how keys are changed. */
function keepKeys({ signingKeys, settings, db, log }: Deps): { stop: () => void } {
  const renew = async (): Promise<void> => {
    try {
      await signingKeys.rotate();
      await renewRepoTokens({ db, keys: settings.repoKeys, log });
    } catch (error) {
      log.warn("key_rotation_postponed", { error: toAppError(error) });
    }
  };
  void renew();
  const timer = setInterval(() => void renew(), keyCheckMs);
  return { stop: () => clearInterval(timer) };
}

/** Serves until a signal comes. */
export async function start(): Promise<void> {
  const env = readApiEnvironment();
  const deps = createDeps(env);
  const app = await createServer(deps, {
    corsOrigins: env.HIVESYNC_CORS_ORIGINS,
    trustedProxies: env.HIVESYNC_TRUSTED_PROXIES,
  });
  let keys: { stop: () => void } | undefined;
  closeOnSignal({
    log: deps.log,
    close: async () => {
      keys?.stop();
      await app.drain(env.HIVESYNC_DRAIN_NOTICE_MS);
      await app.close();
      await deps.close();
    },
  });
  await yieldToReads().catch((error: unknown) => deps.log.warn("priority_kept", { error }));
  const { HIVESYNC_API_HOST: host, HIVESYNC_API_PORT: port } = env;
  await app.listen({ host, port });
  keys = keepKeys(deps);
  deps.dispatcher.start();
  deps.reconciler.start();
  deps.autoSync.start();
  deps.openStreams.start();
  deps.log.info("listening", { host, port, version: deps.settings.version });
  // Last: it takes as long as a part of the start.
  if (deps.settings.metricsToken !== undefined) await deps.metrics.load();
}
