import type { Operations } from "#operation.ts";
import { deepHealth } from "./deep-health.ts";
import { shallowHealth } from "./shallow-health.ts";

export const healthOperations = { shallow: shallowHealth, deep: deepHealth } satisfies Operations<"health">;
