import { createCredentialStore, createHiveSync, type NodeCredentialStore, type NodeHiveSync } from "@hivesync/sdk/node";
import { findApiUrl } from "./api-url.ts";
import { usageError } from "./cli-error.ts";
import type { CliEnvironment } from "./env.ts";
import type { Output } from "./output.ts";

/** Options that every command takes. */
export interface CommonOptions {
  apiUrl?: string;
  json?: boolean;
}

/** What a command works with. */
export interface CliContext {
  env: CliEnvironment;
  output: Output;
  credentials: NodeCredentialStore;
  hive: NodeHiveSync;
  /** Aborts at Ctrl-C. */
  signal: AbortSignal;
}

export async function createContext(
  options: CommonOptions,
  { env, output, signal }: Pick<CliContext, "env" | "output" | "signal">,
): Promise<CliContext> {
  const baseUrl = options.apiUrl ?? env.apiUrl ?? (await findApiUrl(process.cwd(), env.devDirectory));
  const credentials = await createCredentialStore();
  return { env, output, signal, credentials, hive: connect(baseUrl, credentials) };
}

function connect(baseUrl: string, credentials: NodeCredentialStore): NodeHiveSync {
  try {
    return createHiveSync({ baseUrl, credentials });
  } catch (error) {
    if (error instanceof TypeError) throw usageError(`--api-url: ${error.message}`);
    throw error;
  }
}
