import type { ErrorCode } from "@hivesync/contracts/errors";

/** What a sync ends with for good, besides what is wrong with the repository. The message is for the user. */
export class SyncFailure extends Error {
  override readonly name = "SyncFailure";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

const words = {
  files: (limit: number) => `${limit} files a repository`,
  left_out: (limit: number) => `${limit} files a repository, and as many that are left out`,
  bytes: (limit: number) => `${limit} bytes of files a repository`,
  storage: (limit: number) => `${limit} bytes of storage a team`,
} as const;

/** More than a tier holds. */
export function quotaFailure(what: keyof typeof words, numbers: { limit: number; requested: number }): SyncFailure {
  return new SyncFailure("QUOTA_EXCEEDED", `Your tier holds ${words[what](numbers.limit)}.`, {
    quota: what,
    ...numbers,
  });
}
