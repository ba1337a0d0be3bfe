/** What the SDK takes from the environment on Node. */
export interface NodeEnvironment {
  /** `HIVESYNC_CREDENTIALS_PASSPHRASE`: encrypts the login's file where there is no keychain. */
  credentialsPassphrase: string | undefined;
  /** `HIVESYNC_CREDENTIALS_STORE`: `keychain`, `encrypted-file` or `memory` instead of the first of these that works. */
  credentialsStore: string | undefined;
  /** `XDG_CONFIG_HOME`, as the XDG base directory specification says. */
  xdgConfigHome: string | undefined;
  /** `APPDATA`, on Windows. */
  appData: string | undefined;
  /** `LOCALAPPDATA`, on Windows. */
  localAppData: string | undefined;
  /** `XDG_RUNTIME_DIR`, as the XDG base directory specification says. */
  xdgRuntimeDirectory: string | undefined;
  /** `HIVESYNC_RUNTIME_DIRECTORY`: where a running Desktop is found, instead of the user's runtime folder. */
  runtimeDirectory: string | undefined;
}

// An empty variable is one that is not set.
export function readNodeEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeEnvironment {
  return {
    credentialsPassphrase: environment["HIVESYNC_CREDENTIALS_PASSPHRASE"] || undefined,
    credentialsStore: environment["HIVESYNC_CREDENTIALS_STORE"] || undefined,
    xdgConfigHome: environment["XDG_CONFIG_HOME"] || undefined,
    appData: environment["APPDATA"] || undefined,
    localAppData: environment["LOCALAPPDATA"] || undefined,
    xdgRuntimeDirectory: environment["XDG_RUNTIME_DIR"] || undefined,
    runtimeDirectory: environment["HIVESYNC_RUNTIME_DIRECTORY"] || undefined,
  };
}
