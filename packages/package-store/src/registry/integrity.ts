/** What bytes must hash to: one of the digests, in base64. */
interface Integrity {
  readonly algorithm: "sha512" | "sha384" | "sha256" | "sha1";
  readonly digests: readonly string[];
}

// The strongest that is given counts; the weakest only where there is nothing else, as in old lockfiles.
const ALGORITHMS = ["sha512", "sha384", "sha256", "sha1"] as const;

/** Reads a text such as `sha512-… sha1-…` (see "Subresource Integrity", W3C). Undefined where none of it is known. */
export function parseIntegrity(text: string): Integrity | undefined {
  const parts = text.trim().split(/\s+/);
  for (const algorithm of ALGORITHMS) {
    const digests = parts
      .map((part) => new RegExp(`^${algorithm}-([A-Za-z\\d+/]+={0,2})(?:\\?.*)?$`).exec(part)?.[1])
      .filter((digest) => digest !== undefined);
    if (digests.length > 0) return { algorithm, digests };
  }
  return undefined;
}

/** The form of a hash in hex, as `shasum` and yarn's lockfile have it. */
export function sha1Integrity(hex: string): string {
  return `sha1-${Buffer.from(hex, "hex").toString("base64")}`;
}
