import { describeStore, endUnkeptLogin, readLogin, type AccountOptions } from "#account.ts";
import type { CliContext } from "#context.ts";

export async function login(options: AccountOptions, context: CliContext): Promise<void> {
  const { hive, output, signal, credentials } = context;
  const user = await hive.auth.login(await readLogin(options, context), { signal });
  await endUnkeptLogin(context);
  const kept = credentials.kind !== "memory";
  const note = describeStore(context);
  const { email, username } = user;
  const text = `Signed in to ${hive.baseUrl} as ${username} (${email}).\n${note}`;
  output.result({ user, api_url: hive.baseUrl, credentials: credentials.kind, kept, note }, text);
}
