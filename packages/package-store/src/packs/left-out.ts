/** Types, maps and native sources and binaries: no bundle ever reads them, and they are most of many packages. */
const LEFT_OUT =
  /\.(?:d\.[cm]?ts|map|flow|tsbuildinfo|node|exe|dll|so|dylib|a|o|c|cc|cpp|h|hpp|m|mm|java|kt|swift|gradle|jar|aar)$/i;

/** Whether a pack does without the file. */
export function isLeftOut(path: string): boolean {
  return LEFT_OUT.test(path);
}
