import type { CliContext } from "#context.ts";

export async function logout(_options: object, { hive, output, signal }: CliContext): Promise<void> {
  const wasSignedIn = await hive.auth.isSignedIn();
  await hive.auth.logout({ signal });
  const text = wasSignedIn ? `Signed out of ${hive.baseUrl}.` : `Nobody was signed in to ${hive.baseUrl}.`;
  output.result({ api_url: hive.baseUrl, was_signed_in: wasSignedIn }, text);
}
