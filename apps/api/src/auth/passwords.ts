import { availableParallelism } from "node:os";
import { AppError } from "@hivesync/platform/app-error";
import { hash, needsRehash, verify, argon2id } from "argon2";
import pLimit from "p-limit";

// OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane. About 20 ms.
const parameters = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const longestQueue = 200;

/** Hashes and checks passwords, leaving a core to everything else where there are several: otherwise a burst of sign-ins starves every read. */
export interface Passwords {
  hash: (password: string) => Promise<string>;
  /** False for no stored hash too, after the same work: an unknown user takes as long as a wrong password. */
  verify: (stored: string | undefined, password: string) => Promise<boolean>;
  /** Whether a stored hash was made with older parameters. */
  isOutdated: (stored: string) => boolean;
}

export function createPasswords(): Passwords {
  const limit = pLimit(Math.max(1, availableParallelism() - 1));
  const enqueue = <Value>(work: () => Promise<Value>): Promise<Value> => {
    if (limit.pendingCount >= longestQueue) {
      throw new AppError("SERVICE_UNAVAILABLE", { internal: "too many sign-ins wait", retryAfterSeconds: 2 });
    }
    return limit(work);
  };
  const nobodysHash = hash("a password that nobody has", parameters);
  return {
    hash: async (password) => enqueue(() => hash(password, parameters)),
    verify: async (stored, password) => {
      const matches = await enqueue(async () => verify(stored ?? (await nobodysHash), password));
      return matches && stored !== undefined;
    },
    isOutdated: (stored) => needsRehash(stored, parameters),
  };
}
