/** What is wrong with a repository or its address. */
export type MirrorFailure =
  | "host_not_allowed"
  | "address_refused"
  | "redirected"
  | "not_found_or_private"
  | "token_refused"
  | "certificate_refused"
  | "empty"
  | "ref_not_found"
  | "too_many_refs"
  | "too_large"
  | "too_slow"
  | "unsound"
  | "unsupported"
  | "protocol";

/**
 * Trying again helps nobody: the repository or its address is at fault. The message is a sentence for the user and holds
 * no secret. Everything else that this package throws may pass.
 */
export class MirrorError extends Error {
  override readonly name = "MirrorError";
  readonly reason: MirrorFailure;

  constructor(reason: MirrorFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
