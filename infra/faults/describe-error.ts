/** An error with what caused it, in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? ` (${String(error.code)})` : "";
  const cause = error.cause === undefined ? "" : ` ← ${describeError(error.cause)}`;
  return `${error.name}${code}: ${error.message}${cause}`;
}
