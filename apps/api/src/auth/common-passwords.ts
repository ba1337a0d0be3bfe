import { dictionary } from "@zxcvbn-ts/language-common";

const refusedCount = 3_000;
const shortestPassword = 8;

// The list runs from the most common on. Shorter ones are refused for their length already.
const common = new Set(
  dictionary["passwords-common"].filter((word) => word.length >= shortestPassword).slice(0, refusedCount),
);

/** Whether a password is one of the 3,000 most common of eight characters and more, whatever its case. */
export function isCommonPassword(password: string): boolean {
  return common.has(password.toLowerCase());
}
