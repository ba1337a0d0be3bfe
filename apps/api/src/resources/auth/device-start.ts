import { api } from "@hivesync/contracts/api";
import { deviceLinks } from "@hivesync/db/schema/device-links";
import { newId } from "@hivesync/platform/ids";
import { sql } from "drizzle-orm";
import { deviceLinkSeconds, pollSeconds, showUserCode } from "#auth/device-codes.ts";
import type { Deps } from "#deps.ts";
import { operation } from "#operation.ts";

interface Codes {
  deviceCode: string;
  userCode: string;
}

const mostTries = 5;

/** Of 25 thousand million user codes one may be in use: then another is made. */
async function addLink(deps: Deps, clientName: string): Promise<Codes> {
  const { deviceCodes } = deps;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const codes = { deviceCode: deviceCodes.createDeviceCode(), userCode: deviceCodes.createUserCode() };
    const added = await deps.db
      .insert(deviceLinks)
      .values({
        id: newId(),
        device_code_hash: deviceCodes.hashDeviceCode(codes.deviceCode),
        user_code_hash: deviceCodes.hashUserCode(codes.userCode),
        client_name: clientName,
        expires_at: sql`now() + make_interval(secs => ${deviceLinkSeconds})`,
      })
      .onConflictDoNothing({ target: deviceLinks.user_code_hash })
      .returning({ id: deviceLinks.id });
    if (added.length > 0) return codes;
  }
  throw new Error("every user code that was made is in use");
}

export const deviceStart = operation(api.auth.deviceStart, async ({ deps, input, request }) => {
  await deps.limits.takeDeviceStart(request);
  const { deviceCode, userCode } = await addLink(deps, input.client_name);
  const shown = showUserCode(userCode);
  const page = `${deps.settings.publicUrl}/device`;
  return {
    device_code: deviceCode,
    user_code: shown,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${shown}`,
    expires_in: deviceLinkSeconds,
    interval: pollSeconds,
  };
});
