import { posix } from "node:path";

const MAX_SHOWN = 3;

/** The project paths that someone who wrote `wanted` most likely meant: same name elsewhere, another ending, a slip of the keys. */
export function nearPaths(paths: readonly string[], wanted: string): string[] {
  const wantedName = stem(wanted);
  const folderCost = (path: string): number => (posix.dirname(path) === posix.dirname(wanted) ? 0 : 1);
  const limit = Math.ceil(wantedName.length / 3);
  return paths
    .map((path) => ({ path, distance: editDistance(stem(path), wantedName, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || folderCost(a.path) - folderCost(b.path) || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_SHOWN)
    .map(({ path }) => path);
}

function stem(path: string): string {
  return posix.parse(path).name.toLowerCase();
}

/** Levenshtein's distance; anything above `limit` is only known to be more than it. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
