import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { findDeviceLink } from "./find-device-link.ts";

export const deviceLookup = operation(api.auth.deviceLookup, async ({ deps, actor, input, request }) => {
  const { link } = await findDeviceLink(deps, { actor, request }, input.user_code);
  return link;
});
