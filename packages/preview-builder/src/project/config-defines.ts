import { asRecord } from "#project/package-json.ts";

const NAME = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;
/** Decided by the build, not by a config. */
const OURS =
  /^(?:import\.meta(?:\.env)?|process\.env|process\.env\.NODE_ENV|import\.meta\.env\.(?:MODE|DEV|PROD|SSR|BASE_URL)|__hivesync)$/;
/** Names of the page that a config may put in another's place. */
const NAMES = /^(?:globalThis|window|self|undefined)$/;

/**
 * The defines of a config as the bundler takes them. Taken are literals and JSON only: a config is never run, so nothing of
 * where a build runs can come into a page through it.
 */
export function toDefines(value: unknown): Record<string, string> {
  const rows = Object.entries(asRecord(value)).flatMap(([name, given]) => {
    const text = NAME.test(name) && !OURS.test(name) ? toJson(given) : undefined;
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(rows);
}

/** A text is code, as in Vite and webpack; everything else is itself. */
function toJson(given: unknown): string | undefined {
  if (typeof given !== "string")
    return given === undefined || typeof given === "function" ? undefined : JSON.stringify(given);
  if (NAMES.test(given.trim())) return given.trim();
  try {
    return JSON.stringify(JSON.parse(given));
  } catch {
    const quoted = /^'([^'\\\n]*)'$/.exec(given.trim())?.[1];
    return quoted === undefined ? undefined : JSON.stringify(quoted);
  }
}
