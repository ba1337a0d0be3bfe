import type { RepoSync } from "@hivesync/sdk";
import { countOf } from "./count-of.ts";
import { printable } from "./printable.ts";

type Reason = RepoSync["left_out"][number]["reason"];

const reasons: Readonly<Record<Reason, string>> = {
  symlink: "a symbolic link",
  submodule: "a submodule: another repository",
  lfs_pointer: "kept by Git LFS, which is not mirrored",
  too_large: "too large",
  collision: "the same file as another on some systems",
  not_utf8: "its path is not UTF-8",
  lone_surrogate: "its path is not UTF-8",
  empty: "its path is empty",
  too_long: "its path is too long",
  segment_too_long: "a name in its path is too long",
  control_character: "control characters in its path",
  invisible_character: "invisible characters in its path",
  unc: "its path is one of a network",
  backslash: "a backslash in its path",
  absolute: "its path begins at the root",
  drive_letter: "its path begins with a drive letter",
  colon: "a colon in its path",
  trailing_slash: "its path ends with a slash",
  empty_segment: "an empty name in its path",
  dot_segment: ". or .. in its path",
  trailing_dot_or_space: "a name in its path ends with a dot or space",
  reserved_name: "a name in its path is reserved by Windows",
  git_directory: "its path leads into a .git folder",
};

// More would push what matters off the screen; `--json` has them.
const mostNamed = 20;

/** What a finished sync has brought, in a line or two. */
export function summarizeSync(sync: RepoSync): string {
  const head = sync.head?.slice(0, 12) ?? "nothing";
  const from = sync.head_ref === null || sync.head_ref === sync.head ? "" : ` (${shortRef(sync.head_ref)})`;
  const files = countOf(sync.files ?? 0, "file");
  const refs = sync.refs === 1 ? "1 branch or tag" : `${sync.refs ?? 0} branches and tags`;
  return `Mirrored ${sync.repo_url} at ${head}${from}\n${files} (${bytesOf(sync.bytes ?? 0)}), ${refs}`;
}

/** What should be known of a finished sync besides: what was left out, what was rewritten. */
export function remarksOnSync({ left_out, left_out_total, forced, deleted }: RepoSync): string[] {
  const total = left_out_total ?? left_out.length;
  const named = left_out.slice(0, mostNamed);
  const rows = named.map(({ path, reason }) => `  ${shown(path)}: ${reasons[reason] ?? reason}`);
  if (total > named.length) rows.push(`  and ${total - named.length} more`);
  return [
    ...(total > 0 ? [`Left out ${countOf(total, "file")}:\n${rows.join("\n")}`] : []),
    ...(forced.length > 0
      ? [`Warning: history was rewritten, or a tag was moved: ${forced.map(shortRef).join(", ")}`]
      : []),
    ...(deleted.length > 0 ? [`Gone from the repository: ${deleted.map(shortRef).join(", ")}`] : []),
  ];
}

function bytesOf(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${power === 0 ? bytes : (bytes / 1_000 ** power).toFixed(1)} ${units[power]}`;
}

function shortRef(ref: string): string {
  return printable(ref.replace(/^refs\/(?:heads|tags)\//u, ""));
}

// What cannot be seen is written out: it may be why the file was left out.
function shown(path: string): string {
  return path.replaceAll(/[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
  });
}
