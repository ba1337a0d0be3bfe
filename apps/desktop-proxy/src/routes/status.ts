import type { LocalRoute } from "./local-route.ts";

/** What runs, as whom, and over which folders. */
export const status: LocalRoute<"status"> = async ({ deps }) => {
  const user = await deps.account.details();
  const { version, upstream, startedAt, address, folders, logFile, account } = deps;
  return {
    version,
    upstream,
    pid: process.pid,
    port: address.port,
    started_at: startedAt,
    account: user ? { id: user.id, email: user.email, username: user.username, tier: user.tier } : null,
    signed_in: account.userId !== undefined,
    credentials: deps.credentials,
    folders: folders.describe(),
    log_file: logFile,
  };
};
