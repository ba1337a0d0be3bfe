import type { Logger } from "@hivesync/platform/logger";
import type { Dispatcher } from "undici";
import type { Account } from "#account.ts";
import type { LinkedFolders } from "#folders/linked-folders.ts";
import type { RequestLimits } from "#http/request-limits.ts";

/** Everything with state, made once and passed in. */
export interface Deps {
  version: string;
  /** The one API that this Desktop forwards to, as the SDK spells a `baseUrl`. */
  upstream: string;
  /** The local token: known to whoever can read the discovery file. */
  token: string;
  /** Known once it listens. */
  address: { port: number };
  startedAt: string;
  log: Logger;
  logFile: string;
  account: Account;
  /** Where the login is kept: `keychain`, `encrypted-file` or `memory`. */
  credentials: string;
  folders: LinkedFolders;
  /** Connections to the API and to storage. */
  dispatcher: Dispatcher;
  limits: RequestLimits;
  /** Longest wait for the head of an answer, on top of the time that the API gives itself. */
  networkMs: number;
}
