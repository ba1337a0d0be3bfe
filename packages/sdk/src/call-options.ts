/**
 * What every call of the SDK takes besides its input.
 *
 * @example
 * const options: CallOptions = { signal: AbortSignal.timeout(5_000) };
 * await hive.auth.me(options);
 */
export interface CallOptions {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** tRPC takes an absent signal, not an undefined one. */
export function toTrpc({ signal }: CallOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
