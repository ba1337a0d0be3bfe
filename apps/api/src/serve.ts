import { closeOnSignal } from "@hivesync/platform/shutdown";
import { yieldToReads } from "./auth/yield-to-reads.ts";
import { createDeps } from "./deps.ts";
import { readApiEnvironment } from "./env.ts";
import { createServer } from "./server.ts";
import { toAppError } from "./to-app-error.ts";

const env = readApiEnvironment();
const deps = createDeps(env);
const app = await createServer(deps, {
  corsOrigins: env.HIVESYNC_CORS_ORIGINS,
  trustedProxies: env.HIVESYNC_TRUSTED_PROXIES,
});
const keyCheckMs = 60 * 60_000;
const keyTimer = setInterval(() => {
  deps.signingKeys
    .rotate()
    .catch((error: unknown) => deps.log.warn("key_rotation_postponed", { error: toAppError(error) }));
}, keyCheckMs);

closeOnSignal(deps.log, async () => {
  clearInterval(keyTimer);
  await app.drain(env.HIVESYNC_DRAIN_NOTICE_MS);
  await app.close();
  await deps.close();
});
await yieldToReads().catch((error: unknown) => deps.log.warn("priority_kept", { error }));
await app.listen({ host: env.HIVESYNC_API_HOST, port: env.HIVESYNC_API_PORT });
deps.dispatcher.start();
deps.reconciler.start();
deps.openStreams.start();
deps.log.info("listening", {
  host: env.HIVESYNC_API_HOST,
  port: env.HIVESYNC_API_PORT,
  version: deps.settings.version,
});
// Last: it takes as long as a part of the start.
if (deps.settings.metricsToken !== undefined) await deps.metrics.load();
