import { closeOnSignal } from "@hivesync/platform/shutdown";
import { resealRepoTokens } from "./auth/reseal-repo-tokens.ts";
import { yieldToReads } from "./auth/yield-to-reads.ts";
import { createDeps } from "./deps.ts";
import { readApiEnvironment } from "./env.ts";
import { renewRepoTokens } from "./repo/renew-repo-tokens.ts";
import { createServer } from "./server.ts";
import { toAppError } from "./to-app-error.ts";

const env = readApiEnvironment();
const deps = createDeps(env);
const app = await createServer(deps, {
  corsOrigins: env.HIVESYNC_CORS_ORIGINS,
  trustedProxies: env.HIVESYNC_TRUSTED_PROXIES,
});
const keyCheckMs = 60 * 60_000;
const renewKeys = async (): Promise<void> => {
  try {
    await deps.signingKeys.rotate();
    const count = await resealRepoTokens(deps.db, deps.settings.repoKeys);
    if (count > 0) deps.log.info("repo_tokens_sealed_anew", { count });
  } catch (error) {
    deps.log.warn("key_rotation_postponed", { error: toAppError(error) });
  }
};
const keyTimer = setInterval(() => void renewKeys(), keyCheckMs);

closeOnSignal(deps.log, async () => {
  clearInterval(keyTimer);
  await app.drain(env.HIVESYNC_DRAIN_NOTICE_MS);
  await app.close();
  await deps.close();
});
await yieldToReads().catch((error: unknown) => deps.log.warn("priority_kept", { error }));
await app.listen({ host: env.HIVESYNC_API_HOST, port: env.HIVESYNC_API_PORT });
// A start with another key is how keys are changed.
void renewKeys();
deps.dispatcher.start();
deps.reconciler.start();
deps.autoSync.start();
deps.openStreams.start();
renewRepoTokens({ db: deps.db, keys: deps.settings.repoKeys, log: deps.log }).catch((error: unknown) =>
  deps.log.warn("repo_tokens_not_renewed", { error: toAppError(error) }),
);
deps.log.info("listening", {
  host: env.HIVESYNC_API_HOST,
  port: env.HIVESYNC_API_PORT,
  version: deps.settings.version,
});
// Last: it takes as long as a part of the start.
if (deps.settings.metricsToken !== undefined) await deps.metrics.load();
