import { askFor, describeStore, endUnkeptLogin, readPassword, type AccountOptions } from "#account.ts";
import type { CliContext } from "#context.ts";

export async function register(options: AccountOptions, context: CliContext): Promise<void> {
  const { env, hive, output, signal, credentials } = context;
  const email = options.email ?? env.email ?? (await askFor("Email: ", { context, option: "--email" }));
  const username = options.username ?? (await askFor("Username: ", { context, option: "--username" }));
  const password = await readPassword(options, context);
  const user = await hive.auth.register({ email, username, password }, { signal });
  await endUnkeptLogin(context);
  const kept = credentials.kind !== "memory";
  const note = describeStore(context);
  const text = `Welcome, ${user.username}. You are signed in to ${hive.baseUrl}.\n${note}`;
  output.result({ user, api_url: hive.baseUrl, credentials: credentials.kind, kept, note }, text);
}
