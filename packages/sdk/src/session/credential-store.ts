/**
 * A login as it is kept: enough to go on without the password.
 *
 * @example
 * const login: StoredLogin | undefined = await credentials.load(hive.baseUrl);
 */
export interface StoredLogin {
  accessToken: string;
  refreshToken: string;
  /** When the access token ends, by this machine's clock, in milliseconds since 1970. */
  expiresAtMs: number;
}

/**
 * Where logins are kept, one for each `baseUrl`. Several processes may share one.
 *
 * @example
 * const credentials: CredentialStore = createMemoryStore();
 * const hive = createHiveSync({ baseUrl, credentials });
 */
export interface CredentialStore {
  /** For people and diagnostics: `memory` does not outlive the process. */
  readonly kind: string;
  load(baseUrl: string): Promise<StoredLogin | undefined>;
  save(baseUrl: string, login: StoredLogin): Promise<void>;
  clear(baseUrl: string): Promise<void>;
}

/**
 * Keeps logins for as long as the program runs.
 *
 * @example
 * const hive = createHiveSync({ baseUrl, credentials: createMemoryStore() });
 */
export function createMemoryStore(): CredentialStore & { readonly kind: "memory" } {
  const logins = new Map<string, StoredLogin>();
  return {
    kind: "memory",
    load: async (baseUrl) => logins.get(baseUrl),
    save: async (baseUrl, login) => void logins.set(baseUrl, login),
    clear: async (baseUrl) => void logins.delete(baseUrl),
  };
}

/** Reads a login out of the text that a store kept. What is not one counts as none: the user signs in again. */
export function parseStoredLogin(text: string): StoredLogin | undefined {
  try {
    const { accessToken, refreshToken, expiresAtMs } = JSON.parse(text) as Partial<Record<keyof StoredLogin, unknown>>;
    if (typeof accessToken !== "string" || typeof refreshToken !== "string") return undefined;
    return typeof expiresAtMs === "number" ? { accessToken, refreshToken, expiresAtMs } : undefined;
  } catch {
    return undefined;
  }
}
