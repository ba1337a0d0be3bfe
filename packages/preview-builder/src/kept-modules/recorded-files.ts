import type { ProjectFiles } from "#project/project-files.ts";

/** A project's files, with a record of what is asked of them. */
export interface RecordedFiles {
  readonly files: ProjectFiles;
  /** The files that were read. */
  readonly read: ReadonlySet<string>;
  /** Whether anything asked which files there are. */
  dependsOnPaths(): boolean;
}

export function recordFiles(files: ProjectFiles): RecordedFiles {
  const read = new Set<string>();
  let isAsked = false;
  const ask = <Value>(value: Value): Value => {
    isAsked = true;
    return value;
  };
  const note = (path: string): string => {
    read.add(path);
    return path;
  };
  return {
    read,
    dependsOnPaths: () => isAsked,
    files: {
      ...files,
      get paths() {
        return ask(files.paths);
      },
      has: (path) => ask(files.has(path)),
      bytes: (path) => files.bytes(note(path)),
      text: (path) => files.text(note(path)),
      textIfPresent: async (path) => (ask(files.has(path)) ? files.text(note(path)) : undefined),
    },
  };
}
