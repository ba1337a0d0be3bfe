import type { Endpoint } from "@hivesync/contracts/endpoint";
import type { ValidationIssue } from "@hivesync/contracts/errors";
import { AppError } from "@hivesync/platform/app-error";
import type { z } from "zod";

const mostIssues = 100;

function toIssues(issue: z.core.$ZodIssue): ValidationIssue[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key].join("."), message: "is not a field of this input" }));
}

/** Checks input by its contract. @throws AppError VALIDATION_ERROR that names every field in question, the first hundred at most. */
export function parseInput(contract: Endpoint, input: unknown): Record<string, unknown> {
  const parsed = contract.input.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw new AppError("VALIDATION_ERROR", { details: parsed.error.issues.flatMap(toIssues).slice(0, mostIssues) });
}
