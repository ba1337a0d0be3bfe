/** The codes of a call whose token is refused. */
export type TokenRefusal = "AUTH_EXPIRED" | "AUTH_INVALID";

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The code of one answer: in an envelope `error.code`, over tRPC `error.data.code`. */
function codeOf(answer: unknown): unknown {
  const error = field(answer, "error");
  return field(field(error, "data"), "code") ?? field(error, "code");
}

/** Why an answer, or one of a batch of them, refuses the token; undefined when none does. */
export function findTokenRefusal(text: string): TokenRefusal | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const codes = (Array.isArray(parsed) ? parsed : [parsed]).map(codeOf);
    return (["AUTH_EXPIRED", "AUTH_INVALID"] as const).find((code) => codes.includes(code));
  } catch {
    return undefined;
  }
}
