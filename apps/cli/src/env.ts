/** What the CLI takes from the environment. */
export interface CliEnvironment {
  /** `HIVESYNC_API_URL` */
  apiUrl: string | undefined;
  /** `HIVESYNC_DEV_DIRECTORY`: where the `pnpm dev` that is meant keeps its files. */
  devDirectory: string | undefined;
  /** `HIVESYNC_EMAIL` and `HIVESYNC_PASSWORD`: commands sign in by them when there is no stored login. */
  email: string | undefined;
  password: string | undefined;
}

// An empty variable is one that is not set.
export function readCliEnvironment(environment: NodeJS.ProcessEnv = process.env): CliEnvironment {
  return {
    apiUrl: environment["HIVESYNC_API_URL"] || undefined,
    devDirectory: environment["HIVESYNC_DEV_DIRECTORY"] || undefined,
    email: environment["HIVESYNC_EMAIL"] || undefined,
    password: environment["HIVESYNC_PASSWORD"] || undefined,
  };
}

/** What a Desktop is started with: as this process, but for whom it forwards to, and without the login of single commands. */
export function desktopEnvironment(apiUrl: string, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { HIVESYNC_EMAIL: _email, HIVESYNC_PASSWORD: _password, ...rest } = environment;
  return { ...rest, HIVESYNC_API_URL: apiUrl };
}
