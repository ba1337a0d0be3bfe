const isAscii = /^[\x20-\x7e]*$/u;

const slash = 0x2f;
const upperA = 0x41;
const lowerA = 0x61;
const lowerZ = 0x7a;

/**
 * A key that is equal for names that a file system may take for one: canonical equivalence and full case folding.
 *
 * JavaScript has no case folding. Lower case first turns `ẞ` into `ß` and `İ` into `i̇`; upper case then expands `ß` to
 * `SS` and brings `ς`, `σ` and `Σ` together. Dotless `ı` meets `i`, which folding proper keeps apart: rather too strict,
 * since file systems that compare in upper case take them for one.
 */
function foldCase(path: string): string {
  if (isAscii.test(path)) return path.toUpperCase();
  return path.normalize("NFD").toLowerCase().toUpperCase().normalize("NFC");
}

/** A path of a list that cannot stand beside another one of it. */
export interface PathCollision {
  /** Position in the list. */
  index: number;
  message: string;
}

/**
 * Finds paths that would overwrite each other on some system: repeats, names that differ only in case or in Unicode
 * normalization, and a file that is also the directory of another. Sorted by `index`; of two equal paths the later is named.
 *
 * @example
 * findPathCollisions(["a.ts", "A.ts"]); // [{ index: 1, message: 'is the same file as "a.ts" on some systems' }]
 */
export function findPathCollisions(paths: readonly string[]): PathCollision[] {
  return areApart(paths) ? [] : collisionsAmong(paths);
}

/** How many directories a list may name for each of its files, before all of them are no longer looked at. */
const mostDirectoriesPerFile = 8;

/**
 * Whether no two paths are one, and none is a directory of another, as far as that is seen without sorting texts: of nearly every list it is. Compares
 * hashes (FNV-1a of 32 bits, whatever the case of ASCII letters), whose state at a slash is the hash of a directory: no string is made. They are
 * sorted and not put into a table, which names that were chosen for it would make slow.
 */
function areApart(paths: readonly string[]): boolean {
  const files = new Int32Array(paths.length);
  const directories = new Int32Array(paths.length * mostDirectoriesPerFile);
  let directoryCount = 0;
  // The directories of the path before, by depth: files that lie together are mostly named one after the other.
  const before: number[] = [];
  for (const [index, path] of paths.entries()) {
    const key = isAscii.test(path) ? path : foldCase(path);
    let hash = 0x811c9dc5;
    let depth = 0;
    for (let at = 0; at < key.length; at += 1) {
      const unit = key.charCodeAt(at);
      if (unit === slash) {
        if (before[depth] !== hash) {
          if (directoryCount === directories.length) return false;
          directories[directoryCount] = hash;
          directoryCount += 1;
          before[depth] = hash;
        }
        depth += 1;
      }
      const isLower = unit >= lowerA && unit <= lowerZ;
      hash = Math.imul(hash ^ (isLower ? unit - lowerA + upperA : unit), 0x01000193);
    }
    files[index] = hash;
  }
  return areDistinct(files.sort(), directories.subarray(0, directoryCount).sort());
}

/** Whether sorted `files` holds nothing twice and nothing of sorted `directories`. */
function areDistinct(files: Int32Array, directories: Int32Array): boolean {
  let at = 0;
  for (const [index, file] of files.entries()) {
    if (index > 0 && files[index - 1] === file) return false;
    while (at < directories.length && (directories[at] ?? 0) < file) at += 1;
    if (directories[at] === file) return false;
  }
  return true;
}

function collisionsAmong(paths: readonly string[]): PathCollision[] {
  // With the separator as the smallest character, everything inside a directory sorts right behind its name, so that
  // comparing neighbours is enough: n log n, where a set of all parent directories would grow with the depth.
  // Split and join is several times faster here than a replacement, which matters for thousands of deep paths.
  const sorted = paths
    .map((path, index) => ({ path, index, key: foldCase(path).split("/").join("\0") }))
    .sort((a, b) => (a.key === b.key ? a.index - b.index : a.key < b.key ? -1 : 1));
  const collisions: PathCollision[] = [];
  let previous: (typeof sorted)[number] | undefined;
  for (const entry of sorted) {
    if (previous && entry.key === previous.key) {
      const repeated = entry.path === previous.path;
      const message = repeated ? "is in the list twice" : `is the same file as ${quote(previous.path)} on some systems`;
      collisions.push({ index: entry.index, message });
      continue;
    }
    if (previous && entry.key.startsWith(`${previous.key}\0`)) {
      collisions.push({ index: previous.index, message: `is also a directory, of ${quote(entry.path)}` });
    }
    previous = entry;
  }
  return collisions.sort((a, b) => a.index - b.index);
}

const maxQuotedCharacters = 120;

function quote(path: string): string {
  return JSON.stringify(path.length > maxQuotedCharacters ? `${path.slice(0, maxQuotedCharacters)}…` : path);
}
