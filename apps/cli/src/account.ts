import { isHiveSyncError, type LoginInput } from "@hivesync/sdk";
import { CliError, exitCodes, usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import { ask, askSecretly, canAsk, readSecretFromStdin } from "./prompt.ts";

/** The options by which `login` and `register` are told who signs in. */
export interface AccountOptions {
  email?: string;
  username?: string;
  passwordStdin?: boolean;
}

/**
 * Does `work` as the stored login, or as the one in the environment when none is stored or the stored one has ended; with neither as whoever the
 * Desktop is signed in as, where one runs. A login that nothing keeps is ended afterwards, so that no sessions pile up on the server.
 */
export async function asUser<Result>(context: CliContext, work: () => Promise<Result>): Promise<Result> {
  const { hive } = context;
  const isSignedIn = await hive.auth.isSignedIn();
  if (!isSignedIn && hasLogin(context)) await signInFromEnvironment(context);
  try {
    return await work().catch(async (error: unknown) => {
      if (!isHiveSyncError(error, "AUTH_INVALID")) throw error;
      if (!hasLogin(context)) throw isSignedIn ? error : await notSignedIn(context);
      await signInFromEnvironment(context);
      return work();
    });
  } finally {
    await endUnkeptLogin(context);
  }
}

async function notSignedIn(context: CliContext): Promise<CliError> {
  const { baseUrl } = context.hive;
  const other = await findLoginByOtherName(context);
  const besides =
    other === undefined ? "" : ` There is a login for ${other}, which is kept apart: take it by --api-url.`;
  const message = `Not signed in to ${baseUrl}. Run \`hivesync login\`, or set HIVESYNC_EMAIL and HIVESYNC_PASSWORD.${besides}`;
  return new CliError(message, { code: "AUTH_INVALID", exitCode: exitCodes.notSignedIn });
}

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Stores cannot be asked what they hold. But this machine has several names, and each is a login of its own, which is easily overlooked. */
async function findLoginByOtherName({ hive, credentials }: CliContext): Promise<string | undefined> {
  const { hostname } = new URL(hive.baseUrl);
  if (!loopbackNames.includes(hostname)) return undefined;
  for (const name of loopbackNames.filter((name) => name !== hostname)) {
    const other = hive.baseUrl.replace(hostname, name);
    // One that cannot be read is no help.
    if (await credentials.load(other).catch(() => undefined)) return other;
  }
  return undefined;
}

export async function endUnkeptLogin({ hive, credentials }: CliContext): Promise<void> {
  // Best effort: what the command did is done, and the session ends by itself in time.
  if (credentials.kind === "memory") await hive.auth.logout().catch(() => undefined);
}

function hasLogin({ env }: CliContext): boolean {
  return env.email !== undefined && env.password !== undefined;
}

async function signInFromEnvironment(context: CliContext): Promise<void> {
  const { env, hive, signal } = context;
  const { email, password } = env;
  if (email === undefined || password === undefined) throw await notSignedIn(context);
  await hive.auth.login({ email, password }, { signal });
}

/** Who signs in: from options, then the environment, then by asking. */
export async function readLogin(options: AccountOptions, context: CliContext): Promise<LoginInput> {
  if (options.email !== undefined && options.username !== undefined) {
    throw usageError("Give either --email or --username.");
  }
  const email = options.email ?? (options.username === undefined ? context.env.email : undefined);
  const name =
    email ?? options.username ?? (await askFor("Email or username: ", { context, option: "--email or --username" }));
  const password = await readPassword(options, context);
  return name.includes("@") ? { email: name, password } : { username: name, password };
}

export async function readPassword(options: AccountOptions, context: CliContext): Promise<string> {
  if (options.passwordStdin) return readSecretFromStdin("password");
  if (context.env.password !== undefined) return context.env.password;
  if (!canAsk()) throw usageError("Give the password: by --password-stdin or HIVESYNC_PASSWORD.");
  return askSecretly("Password: ", context.signal);
}

export async function askFor(
  question: string,
  { context, option }: { context: CliContext; option: string },
): Promise<string> {
  if (!canAsk()) throw usageError(`${option} is missing.`);
  return (await ask(question, context.signal)).trim();
}

/** Says where a login is kept, and what to do when it is not. */
export function describeStore({ credentials }: CliContext): string {
  switch (credentials.kind) {
    case "keychain":
      return "The login is kept in the system's keychain.";
    case "encrypted-file":
      return "The login is kept in a file encrypted under HIVESYNC_CREDENTIALS_PASSPHRASE.";
    default:
      return (
        "The login is not kept beyond this process: there is no keychain here. Set HIVESYNC_CREDENTIALS_PASSPHRASE to keep it in an " +
        "encrypted file, or HIVESYNC_EMAIL and HIVESYNC_PASSWORD to sign in with each command."
      );
  }
}
