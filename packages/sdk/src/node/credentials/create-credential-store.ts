import path from "node:path";
import { configFolder } from "#node/config-folder.ts";
import { readNodeEnvironment } from "#node/env.ts";
import { createMemoryStore, type CredentialStore } from "#session/credential-store.ts";
import { CredentialStoreError } from "./credential-store-error.ts";
import { EncryptedFileStore } from "./encrypted-file-store.ts";
import { openKeychain } from "./keychain-store.ts";

/**
 * What a credential store made on Node can be; only `memory` does not outlive the process.
 *
 * @example
 * const { kind } = await createCredentialStore();
 * if (kind === "memory") warn("You will have to sign in again next time.");
 */
export type CredentialStoreKind = "keychain" | "encrypted-file" | "memory";

/**
 * A credential store that says what it is.
 *
 * @example
 * const credentials: NodeCredentialStore = await createCredentialStore();
 * console.log(`The login is kept in: ${credentials.kind}`);
 */
export interface NodeCredentialStore extends CredentialStore {
  readonly kind: CredentialStoreKind;
}

/**
 * How a credential store is chosen. Each is read from the environment unless given.
 *
 * @example
 * const options: CredentialStoreOptions = { kind: "encrypted-file", passphrase };
 */
export interface CredentialStoreOptions {
  /** Instead of the first that works. From `HIVESYNC_CREDENTIALS_STORE`. */
  kind?: CredentialStoreKind;
  /** Encrypts the file. From `HIVESYNC_CREDENTIALS_PASSPHRASE`. */
  passphrase?: string;
  /** Folder of the encrypted files. `hivesync/credentials` in the user's configuration folder unless given. */
  directory?: string;
}

/**
 * Opens the safest store that works here: the system's keychain, else a file under AES-256-GCM if there is a passphrase for it, else
 * memory. Nothing is ever written to disk in plaintext.
 *
 * @throws CredentialStoreError when the kind that was asked for cannot be had.
 *
 * @example
 * const credentials = await createCredentialStore();
 * if (credentials.kind === "memory") console.warn("The login will not outlive this process.");
 * const hive = createHiveSync({ baseUrl, credentials });
 */
export async function createCredentialStore(options: CredentialStoreOptions = {}): Promise<NodeCredentialStore> {
  const environment = readNodeEnvironment();
  const kind = options.kind ?? environment.credentialsStore;
  const passphrase = options.passphrase ?? environment.credentialsPassphrase;
  const directory = options.directory ?? path.join(configFolder(environment), "hivesync", "credentials");
  const openFile = (): NodeCredentialStore | undefined =>
    passphrase === undefined ? undefined : new EncryptedFileStore({ directory, passphrase });

  switch (kind) {
    case undefined:
      return (await openKeychain()) ?? openFile() ?? createMemoryStore();
    case "keychain":
      return (await openKeychain()) ?? unavailable("There is no keychain here.");
    case "encrypted-file":
      return openFile() ?? unavailable("Set HIVESYNC_CREDENTIALS_PASSPHRASE: the file is encrypted under it.");
    case "memory":
      return createMemoryStore();
    default:
      return unavailable(`HIVESYNC_CREDENTIALS_STORE must be keychain, encrypted-file or memory, not ${kind}.`);
  }
}

function unavailable(message: string): never {
  throw new CredentialStoreError(message);
}
