import { sha256Hex } from "@hivesync/platform/ids";
import type { Answer, TestApi, TestUser } from "./start-test-api.ts";

/** What a device is told when it begins. */
export interface TestLink {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in: number;
  interval: number;
}

export async function startLink(api: TestApi, clientName = "HiveSync CLI on loom"): Promise<TestLink> {
  const answer = await api.call("POST /auth/device/start", { body: { client_name: clientName } });
  return answer.body.data;
}

export function decide(
  api: TestApi,
  user: TestUser,
  { link, decision }: { link: Pick<TestLink, "user_code">; decision?: "APPROVE" | "DENY" },
): Promise<Answer> {
  return api.call("POST /auth/device/approve", { token: user.token, body: { user_code: link.user_code, decision } });
}

/** Moves the times of a link into the past, as if it had been begun and last asked for so much earlier. */
export async function ageLink(api: TestApi, link: TestLink, seconds: number): Promise<void> {
  await api.sql`
    UPDATE device_links SET last_polled_at = last_polled_at - make_interval(secs => ${seconds}),
      created_at = created_at - make_interval(secs => ${seconds}), expires_at = expires_at - make_interval(secs => ${seconds})
    WHERE device_code_hash = ${sha256Hex(link.device_code)}`;
}

/** Asks as the device does, an interval after the last time. */
export async function pollLink(api: TestApi, link: TestLink): Promise<Answer> {
  await ageLink(api, link, link.interval);
  return api.call("POST /auth/device/token", { body: { device_code: link.device_code } });
}
