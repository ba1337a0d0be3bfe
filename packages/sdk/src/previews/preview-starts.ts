// What the builder starts from where no entry is named; `infra/check/preview-starts.test.ts` holds the two to each other.
const startNames = /\.(?:html?|[cm]?[jt]sx?|vue|svelte)$/iu;

/** Whether a folder may hold something to preview, by the names of its files: a page or a script. Else only a file that is named as the entry may be one. */
export function holdsPreviewStart(paths: readonly string[]): boolean {
  return paths.some((path) => startNames.test(path));
}
