import { errorTable, type ErrorBody, type ErrorCode } from "@hivesync/contracts/errors";

/** What an {@link AppError} says besides its code. What the user reads and what the log says are separate. */
export interface AppErrorOptions {
  /** The sentence for the caller; the table's when absent. */
  publicMessage?: string;
  /** For the log alone. */
  internal?: string;
  details?: unknown;
  /** Seconds for the Retry-After header. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * A failure that a caller is told about, by a code of the error table.
 *
 * @example
 * throw new AppError("CONFLICT", { publicMessage: "That username is taken." });
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly publicMessage: string;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const publicMessage = options.publicMessage ?? errorTable[code].message;
    super(options.internal ?? publicMessage, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.publicMessage = publicMessage;
    this.details = options.details ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** HTTP status, from the table. */
  get status(): (typeof errorTable)[ErrorCode]["status"] {
    return errorTable[this.code].status;
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.publicMessage, details: this.details };
  }
}

/** A VALIDATION_ERROR about one field. `path` is dotted, as in `files.3.path`. */
export function invalidField(path: string, message: string): AppError {
  return new AppError("VALIDATION_ERROR", { details: [{ path, message }] });
}
