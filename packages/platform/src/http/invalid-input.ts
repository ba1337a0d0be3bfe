import type { ValidationIssue } from "@hivesync/contracts/errors";
import type { z } from "zod";
import { AppError } from "#app-error.ts";

const mostIssues = 100;

function toIssues(issue: z.core.$ZodIssue): ValidationIssue[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key].join("."), message: "is not a field of this input" }));
}

/** The VALIDATION_ERROR that names every field in question, the first hundred at most. */
export function invalidInput(error: z.ZodError): AppError {
  return new AppError("VALIDATION_ERROR", { details: error.issues.flatMap(toIssues).slice(0, mostIssues) });
}
