import type { Preview } from "@hivesync/contracts/resources/previews";

/** Why there will be no preview under this link any more. */
export type Gone = "expired" | "missing" | "invalid";

/** `trouble` is what may pass. */
export type Trouble = { kind: "trouble"; retryAfterMs?: number | undefined };
export type Answer = { kind: "preview"; preview: Preview } | { kind: "gone"; why: Gone } | Trouble;

const goneByCode: Readonly<Record<string, Gone>> = {
  AUTH_EXPIRED: "expired",
  NOT_FOUND: "missing",
  AUTH_INVALID: "invalid",
};
const answerWithinMs = 10_000;

const fromBase64Url = (text: string): string => atob(text.replaceAll("-", "+").replaceAll("_", "/"));

/** The id at the start of a link's code, as it is written elsewhere. */
function idInCode(code: string): string {
  const hex = Array.from(fromBase64Url(code.slice(4, 26)), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The job that a link's code or a preview token is for, unchecked: the server checks it. */
function jobIdOf(token: string): string {
  try {
    if (token.startsWith("hsp_")) return idInCode(token);
    return String((JSON.parse(fromBase64Url(token.split(".")[1] ?? "")) as { jti?: unknown }).jti);
  } catch {
    return "unknown";
  }
}

const token = location.pathname.split("/").at(-1) ?? "";
const address = `/api/v1/preview/${encodeURIComponent(jobIdOf(token))}`;

/** A request about this preview, with its link's token. */
export function askApi(path: "" | "/stream", signal: AbortSignal): Promise<Response> {
  return fetch(address + path, { headers: { authorization: `Bearer ${token}` }, cache: "no-store", signal });
}

/** What the code of a refusal means for this page. */
export function readRefusal(code: unknown, headers?: Headers): Answer {
  const why = goneByCode[String(code)];
  if (why) return { kind: "gone", why };
  const seconds = Number(headers?.get("retry-after"));
  return { kind: "trouble", retryAfterMs: seconds > 0 ? seconds * 1_000 : undefined };
}

/** Asks how the preview is, with fresh links. Never throws. */
export async function fetchPreview(): Promise<Answer> {
  try {
    const response = await askApi("", AbortSignal.timeout(answerWithinMs));
    const body = (await response.json()) as { ok: boolean; data: Preview; error: { code: string } };
    return body.ok ? { kind: "preview", preview: body.data } : readRefusal(body.error.code, response.headers);
  } catch {
    return { kind: "trouble" };
  }
}
