/** What stands where a secret stood. */
export const redacted = "[redacted]";

/** Field names whose values never reach a log, at any depth. */
const secretFields =
  /"((?:[a-z_]*(?:password|secret|token|authorization|cookie|passphrase|private_key|signature|credential)[a-z_]*|[a-z]*(?:Password|Secret|Token)|upload_url|bundle_url|logs_url|source_map_url|result_url|d|k)":)"(?:[^"\\]|\\.)*"/gi;

const patterns: readonly [RegExp, string][] = [
  // Three dotted base64url parts whose first is a JSON object: a JWT of any kind.
  [/eyJ[\w-]{5,}\.[\w-]*\.[\w-]*/g, redacted],
  [/(\bBearer\s+)[\w.~+/=-]+/gi, `$1${redacted}`],
  // The whole query of a signed URL: its key id and date help nobody without the signature.
  [/\?[^"\s\\]*X-Amz-(?:Signature|Credential|Security-Token)=[^"\s\\]*/gi, `?${redacted}`],
  [/(X-Amz-(?:Signature|Credential|Security-Token)=)[^&"\s\\]*/gi, `$1${redacted}`],
  [/\bhs[rdp]_[\w-]{20,}/g, redacted],
  [/\bwhsec_[\w+/=-]+/g, redacted],
  [/\bv1,[\w+/]{43}=/g, redacted],
  [/(:\/\/[^:/@\s"]*:)[^@/\s"]+@/g, `$1${redacted}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, redacted],
  [/\$argon2(?:id|i|d)\$[^"\s]*/g, redacted],
];

/**
 * Takes the secrets out of a line of JSON, by field name and by form.
 *
 * The first line of defence is not to log them. This one holds when a driver's message or a stack quotes one.
 */
export function redactSecrets(line: string): string {
  let clean = line.replace(secretFields, `"$1"${redacted}"`);
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean;
}
