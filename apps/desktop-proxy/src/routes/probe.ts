import type { DesktopProbe } from "@hivesync/contracts/desktop";
import { invalidInput } from "@hivesync/platform/http/invalid-input";
import { hideUser, makeProof } from "@hivesync/sdk/desktop/proof";
import { z } from "zod";
import type { Deps } from "#deps.ts";

const question = z.strictObject({
  nonce: z.string().regex(/^[\w-]{22,128}$/, "must be 16 to 96 random bytes in base64url"),
});

/** A client waits 200 ms for all of it. */
const longestLookMs = 100;

/** Tells whoever asks what runs here, and proves to whoever knows the local token that it does too. */
export async function probe(deps: Deps, query: unknown): Promise<DesktopProbe> {
  const parsed = question.safeParse(query);
  if (!parsed.success) throw invalidInput(parsed.error);
  const looking = deps.account.look();
  // Of a known account what another program did to it is found on the side, and ends this connection then.
  if (deps.account.userId === undefined) {
    await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, longestLookMs))]);
  }
  const { userId } = deps.account;
  const said = {
    name: "hivesync-desktop",
    version: deps.version,
    upstream: deps.upstream,
    user: userId === undefined ? null : hideUser(deps.token, userId),
  } as const;
  return { ...said, proof: makeProof(deps.token, { nonce: parsed.data.nonce, port: deps.address.port }, said) };
}
