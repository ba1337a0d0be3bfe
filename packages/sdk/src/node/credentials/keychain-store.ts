import { parseStoredLogin, type CredentialStore } from "#session/credential-store.ts";
import { withDeadline } from "#transport/deadline.ts";
import { CredentialStoreError } from "./credential-store-error.ts";

const service = "HiveSync";
const probeTimeoutMs = 2_000;

/** The system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. `undefined` where there is none. */
export async function openKeychain(): Promise<(CredentialStore & { readonly kind: "keychain" }) | undefined> {
  try {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    // Without the pin Linux falls back to the kernel's keyring, which forgets at the next start.
    const entryOf = (account: string) => new AsyncEntry(service, account, { linux: { store: "secret-service" } });
    await withDeadline(() => entryOf("probe").getPassword(), { timeoutMs: probeTimeoutMs });
    return {
      kind: "keychain",
      load: async (baseUrl) => parseStoredLogin((await attempt(entryOf(baseUrl).getPassword())) ?? ""),
      save: (baseUrl, login) => attempt(entryOf(baseUrl).setPassword(JSON.stringify(login))),
      clear: async (baseUrl) => void (await attempt(entryOf(baseUrl).deleteCredential())),
    };
  } catch {
    return undefined;
  }
}

async function attempt<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    throw new CredentialStoreError("The system's keychain refused. Unlock it, then try again.", { cause });
  }
}
