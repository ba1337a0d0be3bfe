const rows: readonly [RegExp, string][] = [
  [
    /\bindexedDB\b/i,
    "A preview has no IndexedDB: its frame keeps nothing. localStorage works there, and lasts while the viewer is open.",
  ],
  [
    /\b(?:serviceWorker|service worker|caches is not defined)\b/i,
    "A preview has no service worker: its frame has no place to keep one. Ask whether it is there before it is used.",
  ],
  [
    /Failed to fetch|NetworkError when attempting|^TypeError: Load failed/,
    "A request had no answer that the app may read. A preview reaches servers that allow any origin (CORS), and none of this computer.",
  ],
  [
    /Minified React error #/,
    "React tells its errors by number here. A preview in development mode tells them in words.",
  ],
];

/** What to do about errors that previews have and other pages have not. */
export function adviceOn(message: string): string | undefined {
  return rows.find(([pattern]) => pattern.test(message))?.[1];
}
