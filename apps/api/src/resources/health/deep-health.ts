import { api } from "@hivesync/contracts/api";
import { AppError } from "@hivesync/platform/app-error";
import { operation } from "#operation.ts";

export const deepHealth = operation(api.health.deep, async ({ deps }) => {
  const health = await deps.health.read();
  if (health.status === "up") return health;
  throw new AppError("SERVICE_UNAVAILABLE", { details: health, retryAfterSeconds: 5 });
});
