import { hostname } from "node:os";
import type { DeviceCode } from "@hivesync/sdk";
import { describeStore, endUnkeptLogin, readLogin, type AccountOptions } from "#account.ts";
import { usageError } from "#cli-error.ts";
import type { CliContext } from "#context.ts";
import { showQrCode } from "#qr-code.ts";

export interface LoginOptions extends AccountOptions {
  device?: boolean;
}

export async function login(options: LoginOptions, context: CliContext): Promise<void> {
  const { hive, output, signal, credentials } = context;
  const user = options.device
    ? await loginByLink(options, context)
    : await hive.auth.login(await readLogin(options, context), { signal });
  await endUnkeptLogin(context);
  const kept = credentials.kind !== "memory";
  const note = describeStore(context);
  const { email, username } = user;
  const text = `Signed in to ${hive.baseUrl} as ${username} (${email}).\n${note}`;
  output.result({ user, api_url: hive.baseUrl, credentials: credentials.kind, kept, note }, text);
}

const longestClientName = 80;

async function loginByLink({ email, username, passwordStdin }: LoginOptions, { hive, output, signal }: CliContext) {
  if (email !== undefined || username !== undefined || passwordStdin) {
    throw usageError("--device takes no email, username or password: these are given in the browser.");
  }
  const onCode = ({ userCode, url, urlWithCode, expiresInSeconds }: DeviceCode): void => {
    const minutes = Math.round(expiresInSeconds / 60);
    output.request(`Open ${url} and enter ${userCode}, or open ${urlWithCode}\nThere are ${minutes} minutes for it.`);
    if (output.isTerminal) showQrCode(urlWithCode, output);
  };
  const clientName = `HiveSync CLI on ${hostname()}`.slice(0, longestClientName);
  return hive.auth.loginWithDevice({ clientName, onCode, signal });
}
