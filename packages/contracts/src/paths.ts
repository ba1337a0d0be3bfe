import { z } from "zod";
import { $constructor } from "zod/v4/core";
import { sha256, sha256Pattern } from "./values.ts";

/** The longest path, in bytes of UTF-8. */
const maxPathBytes = 1024;
/** The longest part of a path between two slashes, in bytes of UTF-8: the limit of ext4, APFS and NTFS. */
const maxSegmentBytes = 255;

export const pathProblemReasons = [
  "empty",
  "too_long",
  "lone_surrogate",
  "control_character",
  "invisible_character",
  "unc",
  "backslash",
  "absolute",
  "drive_letter",
  "colon",
  "trailing_slash",
  "empty_segment",
  "dot_segment",
  "segment_too_long",
  "trailing_dot_or_space",
  "reserved_name",
  "git_directory",
] as const;
export type PathProblemReason = (typeof pathProblemReasons)[number];

/** Why a path is refused: `reason` for programs, `message` for people. */
export interface PathProblem {
  reason: PathProblemReason;
  message: string;
}

// Every bidi control, zero-width and variation character is Default_Ignorable_Code_Point in Unicode, tags and the code
// points kept for later ones too; the separators (U+2028, U+2029) and interlinear marks are not, and are as invisible.
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u{FFF9}-\u{FFFB}]/u;

// Windows looks at the part before the first dot and drops spaces before it: `nul .txt` is the null device.
// learn.microsoft.com/windows/win32/fileio/naming-a-file
const reservedName = /(?:^|\/)(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]|con(?:in|out)\$) *(?:[./]|$)/iu;

// `git~1` and its like are the short names under which NTFS opens `.git` (CVE-2014-9390). Its other disguises break the
// rules before: `.git.`, `.git::$INDEX_ALLOCATION`, zero-width characters (HFS+). Dotless `ı` is an `I` in upper case.
const gitDirectory = /(?:^|\/)(?:\.g[iı]t|git~[0-9]+)(?:\/|$)/iu;

type Rule = readonly [reason: PathProblemReason, breaks: (path: string) => boolean, message: string];

// The first broken rule is the answer, so each may take for granted that those before it hold.
const rules: readonly Rule[] = [
  ["empty", (path) => path === "", "must not be empty"],
  ["too_long", (path) => exceedsBytes(path, maxPathBytes), `must be at most ${maxPathBytes} bytes of UTF-8`],
  ["lone_surrogate", (path) => !path.isWellFormed(), "must be well-formed Unicode (it holds half a surrogate pair)"],
  ["control_character", (path) => /\p{Cc}/u.test(path), "must not hold control characters"],
  ["invisible_character", (path) => invisible.test(path), "must not hold invisible or text-direction characters"],
  ["unc", (path) => /^(?:\/\/|\\\\)/u.test(path), "must be relative, not a network path"],
  ["backslash", (path) => path.includes("\\"), "must be separated by / and hold no backslash"],
  ["absolute", (path) => path.startsWith("/"), "must be relative, not start with /"],
  ["drive_letter", (path) => /^[a-z]:/iu.test(path), "must be relative, not start with a drive letter"],
  ["colon", (path) => path.includes(":"), "must not hold a colon"],
  ["empty_segment", (path) => path.includes("//"), "must not hold //"],
  ["trailing_slash", (path) => path.endsWith("/"), "must name a file, not end with /"],
  ["dot_segment", (path) => /(?:^|\/)\.\.?(?:\/|$)/u.test(path), "must not hold . or .. as a part"],
  ["segment_too_long", hasLongSegment, `must not hold a part of more than ${maxSegmentBytes} bytes of UTF-8`],
  [
    "trailing_dot_or_space",
    (path) => /[. ](?:\/|$)/u.test(path),
    "must not hold a part that ends with a dot or a space",
  ],
  ["reserved_name", (path) => reservedName.test(path), "must not hold a device name of Windows (CON, NUL, COM1, …)"],
  ["git_directory", (path) => gitDirectory.test(path), "must not hold .git or another name for it"],
];

const encoder = new TextEncoder();

/** A UTF-16 unit is one to three bytes of UTF-8: only what lies between needs encoding. */
function exceedsBytes(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length * 3 > maxBytes && encoder.encode(text).length > maxBytes);
}

function hasLongSegment(path: string): boolean {
  return path.split("/").some((segment) => exceedsBytes(segment, maxSegmentBytes));
}

// What nearly every path is: letters, digits and a few signs, in parts that neither begin nor end with a dot.
const plain = /^[\w-](?:[\w.-]*[\w-])?(?:\/[\w-](?:[\w.-]*[\w-])?)*$/u;

/** Breaks no rule, seen without asking each: a list has thousands of paths. */
function isPlain(path: string): boolean {
  return path.length <= maxSegmentBytes && plain.test(path) && !reservedName.test(path);
}

/**
 * Says why a path cannot be part of a manifest, or `undefined` when it can.
 *
 * A path is relative, separated by `/`, and means the same file on every system: it is refused, never rewritten.
 *
 * @example
 * checkPath("src/App.tsx"); // undefined
 * checkPath("../secrets"); // { reason: "dot_segment", message: "must not hold . or .. as a part" }
 */
export function checkPath(path: string): PathProblem | undefined {
  if (isPlain(path)) return undefined;
  const broken = rules.find(([, breaks]) => breaks(path));
  return broken && { reason: broken[0], message: broken[2] };
}

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

/** One path by the rules of {@link checkPath}. */
export const pathSchema = z
  .string()
  .superRefine((path, context) => {
    const problem = checkPath(path);
    if (problem) context.addIssue({ code: "custom", message: problem.message, params: { reason: problem.reason } });
  })
  .meta({
    description: "Relative path of a file, separated by /, at most 1,024 bytes of UTF-8",
    examples: ["src/App.tsx"],
  });

export const manifestFileSchema = z
  .strictObject({ path: pathSchema, sha256, size: z.int().min(0) })
  .meta({ id: "ManifestFile", description: "A file of a folder. `size` is in bytes." });
export type ManifestFile = z.infer<typeof manifestFileSchema>;

function isSoundFile(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const { path, sha256: hash, size } = value as Record<keyof ManifestFile, unknown>;
  if (typeof path !== "string" || typeof hash !== "string" || typeof size !== "number") return false;
  return (
    Number.isSafeInteger(size) &&
    size >= 0 &&
    sha256Pattern.test(hash) &&
    isPlain(path) &&
    Object.keys(value).length === 3
  );
}

/** An array of {@link manifestFileSchema}, read at a glance when nothing is wrong with any: zod takes a hundred times as long for thousands. */
const ManifestFiles = /* @__PURE__ */ $constructor<z.ZodArray<typeof manifestFileSchema>>(
  "ManifestFiles",
  (inst, def) => {
    z.ZodArray.init(inst, def);
    const readEach = inst._zod.parse.bind(inst._zod);
    inst._zod.parse = (payload, context) =>
      Array.isArray(payload.value) && payload.value.every(isSoundFile) ? payload : readEach(payload, context);
  },
);

/** Files of a folder, however many and whether or not they can stand beside each other: as a program of ours wrote them. */
export function manifestFiles(): z.ZodArray<typeof manifestFileSchema> {
  return new ManifestFiles({ type: "array", element: manifestFileSchema });
}

/**
 * A list of at most `max` files that can all stand beside each other. Issues point at `N.path`.
 *
 * @example
 * const input = z.strictObject({ files: fileListSchema({ max: 2_000 }) });
 */
export function fileListSchema({ max }: { max: number }) {
  return fileListOf(manifestFiles(), max);
}

/** The same of files of which more or less is said than where and what they are. */
export function fileListOf<Entry extends z.ZodType<{ path: string }, { path: string }>>(
  entries: z.ZodArray<Entry>,
  max: number,
) {
  const list = entries.max(max).superRefine((files, context) => {
    for (const { index, message } of findPathCollisions(files.map((file) => file.path))) {
      context.addIssue({ code: "custom", path: [index, "path"], message });
    }
  });
  // zod reads every entry before it looks at the length: a body of millions of `{}` would become millions of issues.
  return z.preprocess((files: z.input<Entry>[], context) => {
    if (Array.isArray(files) && files.length > max) {
      context.addIssue({
        code: "too_big",
        origin: "array",
        maximum: max,
        inclusive: true,
        input: files,
        message: `must hold at most ${max} files`,
      });
      return z.NEVER;
    }
    return files;
  }, list);
}
