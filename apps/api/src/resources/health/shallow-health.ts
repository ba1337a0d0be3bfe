import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";

export const shallowHealth = operation(api.health.shallow, async ({ deps }) => ({
  status: "up" as const,
  version: deps.settings.version,
}));
