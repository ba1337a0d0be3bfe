/** What of a page's Content-Security-Policy differs from one page to another: each a directive with its sources. */
export type PageSources = readonly string[];

/** The headers of a page of ours that shows what is its reader's own: it is not kept, not found by searches, and in nobody's frame. */
export function pageHeaders(sources: PageSources): Record<string, string> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      ...sources,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      // Framed, its buttons could be laid under somebody else's.
      "frame-ancestors 'none'",
    ].join("; "),
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
  };
}
