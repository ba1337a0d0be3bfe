import type { Endpoint } from "@hivesync/contracts/endpoint";
import { invalidInput } from "@hivesync/platform/http/invalid-input";

/** Checks input by its contract. @throws AppError VALIDATION_ERROR that names every field in question, the first hundred at most. */
export function parseInput(contract: Endpoint, input: unknown): Record<string, unknown> {
  const parsed = contract.input.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error);
}
