import ignore from "ignore";
import type { Ignore } from "ignore";

/** Files whose lines say what to leave out, the later one having the last word. */
export const ignoreFileNames = [".gitignore", ".hivesyncignore"] as const;

/** Why an entry is left out: it always is, an ignore file says so, or it looks like the output of a build. */
export type LeftOutBecause = "always" | "ignore_file" | "build_output";

const alwaysLeftOut = new Set([".git", ".hg", ".svn", ".hivesync", "node_modules", ".DS_Store", "Thumbs.db"]);

const toolFolders = new Set([
  ".next",
  ".expo",
  ".turbo",
  ".nuxt",
  ".output",
  ".svelte-kit",
  ".astro",
  ".vite",
  ".parcel-cache",
  ".cache",
  ".gradle",
  ".vercel",
  ".netlify",
  ".nyc_output",
]);

const outputFolders = new Set(["dist", "build", "out", "coverage", "web-build", "storybook-static"]);

export interface IgnoreEntry {
  /** Relative to the published folder, separated by `/`. */
  path: string;
  isDirectory: boolean;
}

export interface FolderContents {
  /** Relative to the published folder; `""` for that folder itself. */
  folder: string;
  /** Contents of the folder's ignore files, in the order of {@link ignoreFileNames}. */
  ignoreFiles: readonly string[];
  /** Whether a `package.json` lies in it. */
  hasPackage: boolean;
}

/**
 * What a publish leaves out, for the entries of one folder. Immutable: {@link IgnoreRules.within} gives the rules of a
 * subfolder. Asked from the top down, for no entry of a folder that is itself left out.
 *
 * - Always: the data of version control, `node_modules`, and litter of the system. No rule brings them back.
 * - What `.gitignore` and `.hivesyncignore` say, with git's meaning: relative to their folder, the deeper file and the
 *   later line having the last word, case-sensitive on every system so that all machines publish the same files.
 * - Build output, unless an ignore file brings it back (`!dist`). Folders that only tools make (`.next`, `.expo`, …) are
 *   left out anywhere. `dist`, `build`, `out`, `coverage` and their like are words that sources use too
 *   (`src/build/index.ts`), so these are left out only where a build puts them: in the published folder itself and
 *   beside a `package.json`.
 *
 * @example
 * const rules = IgnoreRules.none.within({ folder: "", ignoreFiles: ["*.log\n"], hasPackage: true });
 * rules.leavesOut({ path: "debug.log", isDirectory: false }); // "ignore_file"
 */
export class IgnoreRules {
  static readonly none = new IgnoreRules(newMatcher(), false);

  readonly #matcher: Ignore;
  readonly #holdsBuildOutput: boolean;

  private constructor(matcher: Ignore, holdsBuildOutput: boolean) {
    this.#matcher = matcher;
    this.#holdsBuildOutput = holdsBuildOutput;
  }

  /** The rules of a folder, made from those of its parent (of {@link IgnoreRules.none} for the published folder). */
  within({ folder, ignoreFiles, hasPackage }: FolderContents): IgnoreRules {
    const lines = ignoreFiles.flatMap((text) => text.replace(/^\uFEFF/u, "").split(/\r?\n/u));
    const patterns = lines.flatMap((line) => rebase(line, folder) ?? []);
    const matcher = patterns.length > 0 ? newMatcher().add(this.#matcher).add(patterns) : this.#matcher;
    return new IgnoreRules(matcher, hasPackage || folder === "");
  }

  leavesOut({ path, isDirectory }: IgnoreEntry): LeftOutBecause | undefined {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (alwaysLeftOut.has(name)) return "always";
    const { ignored, unignored } = this.#matcher.test(isDirectory ? `${path}/` : path);
    if (ignored) return "ignore_file";
    const isOutput = toolFolders.has(name) || (this.#holdsBuildOutput && outputFolders.has(name));
    return isDirectory && isOutput && !unignored ? "build_output" : undefined;
  }
}

function newMatcher(): Ignore {
  return ignore({ ignoreCase: false, allowRelativePaths: true });
}

/**
 * Rewrites a line of `folder`'s ignore file to mean the same in the published folder. One matcher holds the lines of all
 * folders: a folder that a deeper file brings back brings back its contents too, which separate matchers cannot know.
 */
function rebase(line: string, folder: string): string | undefined {
  if (folder === "" || line.startsWith("#")) return folder === "" ? line : undefined;
  const [, negation = "", pattern = ""] = /^(!?)(.*)$/su.exec(line) ?? [];
  if (/^\/* *$/u.test(pattern)) return undefined;
  const isAnchored = /\/(?! *$)/u.test(pattern);
  const literalFolder = folder.replaceAll(/[\\*?[]/gu, "\\$&");
  return `${negation}/${literalFolder}/${isAnchored ? pattern.replace(/^\//u, "") : `**/${pattern}`}`;
}
