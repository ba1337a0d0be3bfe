/**
 * The login could not be kept or read. The message says what to do about it; `cause` is the system's error where there is one.
 *
 * @example
 * if (error instanceof CredentialStoreError) console.error(error.message);
 */
export class CredentialStoreError extends Error {
  override readonly name = "CredentialStoreError";
}
