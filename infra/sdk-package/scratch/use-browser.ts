// What a page does with the core: no module of Node, no global but those of browsers.
import { createHiveSync, createMemorySource, isHiveSyncError } from "@hivesync/sdk";

/** Publishes a page from within a browser. */
export async function publishFromBrowser(baseUrl: string, username: string) {
  const hive = createHiveSync({ baseUrl });
  const refusal = await hive.auth.me().catch((error: unknown) => error);
  await hive.auth.register({ email: `${username}@example.com`, username, password: "correct horse battery staple 9" });
  const project = await hive.api.projects.create.mutate({ name: "From a browser" });
  const files = createMemorySource({ "index.html": "<!doctype html><title>Hello</title><h1>Hello</h1>" });
  const { status } = await hive.previews.publishFiles({ project_id: project.id, files });
  for await (const event of hive.events({ signal: AbortSignal.timeout(20_000) })) {
    if (event.type !== "ready") continue;
    return {
      status,
      unread: event.unread_count,
      wasRefused: isHiveSyncError(refusal, "AUTH_INVALID"),
      mode: hive.mode,
    };
  }
  return undefined;
}
