import { z } from "zod";
import { $constructor } from "zod/v4/core";
import { findPathCollisions } from "./path-collisions.ts";
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
