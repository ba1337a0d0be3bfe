/** What the process ends with; `--help` tells these. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, notSignedIn: 3, jobFailed: 4, interrupted: 130 } as const;

/** An error that the CLI itself finds. The message says what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: string;
  readonly exitCode: number;

  constructor(message: string, { code, exitCode }: { code: string; exitCode: number }) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** The command was called wrongly. */
export function usageError(message: string): CliError {
  return new CliError(message, { code: "USAGE", exitCode: exitCodes.usage });
}

/** Somebody pressed Ctrl-C. */
export function interrupted(): CliError {
  return new CliError("Interrupted.", { code: "INTERRUPTED", exitCode: exitCodes.interrupted });
}
