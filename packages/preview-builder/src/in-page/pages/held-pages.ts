/** The pages of a project in one document. What several of them have is held once. */
export interface HeldPages {
  readonly pieces: readonly string[];
  /** By address: the pieces that the page is made of, by index. The one that a preview begins with is at `/`. */
  readonly pages: Readonly<Record<string, readonly number[]>>;
}

/** The address of the page that a path means, as a server for files finds it: `/about` is `/about.html`, or `/about/`. */
export function pageAddress(addresses: readonly string[], path: string): string | undefined {
  const named = path.replace(/\/index\.html?$/i, "/");
  const meant = [path, named, `${named}.html`, `${named}.htm`, `${named}/`].flatMap((each) => [each, decoded(each)]);
  return meant.find((each) => addresses.includes(each));
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
