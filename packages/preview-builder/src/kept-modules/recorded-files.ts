import type { ProjectFiles } from "#project/project-files.ts";

/** A project's files, with a record of what is asked of them. */
export interface RecordedFiles {
  readonly files: ProjectFiles;
  /** The files that were read. */
  readonly read: ReadonlySet<string>;
  /** Whether anything asked which files there are. */
  dependsOnPaths(): boolean;
}

/** With `isPeeking` what is read does not count yet. */
export function recordFiles(files: ProjectFiles, { isPeeking }: { readonly isPeeking: boolean }): RecordedFiles {
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
  const bytes = (path: string): Promise<Uint8Array> => (isPeeking ? files.peek(note(path)) : files.bytes(note(path)));
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await bytes(path));
  return {
    read,
    dependsOnPaths: () => isAsked,
    files: {
      ...files,
      get paths() {
        return ask(files.paths);
      },
      has: (path) => ask(files.has(path)),
      bytes,
      text,
      textIfPresent: async (path) => (ask(files.has(path)) ? text(path) : undefined),
    },
  };
}
