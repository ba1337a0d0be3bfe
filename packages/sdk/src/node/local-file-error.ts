/**
 * A file or folder of this machine that could not be read as a publish needs it. The message says which and why; `cause`
 * is the system's error where there is one.
 *
 * @example
 * try { await scanDirectory("./app"); } catch (error) { if (error instanceof LocalFileError) console.error(error.path); }
 */
export class LocalFileError extends Error {
  override readonly name = "LocalFileError";
  /** The absolute path. */
  readonly path: string;

  constructor(message: string, { path, cause }: { path: string; cause?: unknown }) {
    super(message, cause === undefined ? {} : { cause });
    this.path = path;
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "it does not exist",
  ENOTDIR: "it is not a folder",
  ELOOP: "it is a symbolic link",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
};

/** The code of a system error (`ENOENT`), or `undefined` for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Why the system refused, in words. */
export function describeSystemError(error: unknown): string {
  const code = systemErrorCode(error);
  return (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
}
