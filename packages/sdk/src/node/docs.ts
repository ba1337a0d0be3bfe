import type { DocsFiles, DocsOptions, DocumentedFile, HiveSyncDocs, SubmittedDocs, WrittenDocs } from "#docs/docs.ts";
import type { Choice, DocsSource } from "#docs/docs-source.ts";
import { applyDocs } from "./apply-docs.ts";

/**
 * A folder whose files are written about; paths are relative to it.
 *
 * @example
 * const from: DocsDirectory = { directory: "/home/ada/todo" };
 */
export interface DocsDirectory {
  directory: string;
}

/**
 * Writes documentation of files and of folders, and puts it into them.
 *
 * @example
 * const written = await hive.docs.write({ project_id, job_type: "document", directory: ".", selection: [{ path: "src/cart.ts" }] });
 * await hive.docs.apply(written, { directory: "." });
 */
export interface NodeDocs extends HiveSyncDocs {
  /**
   * As {@link HiveSyncDocs.write}, also of a folder's files: then what the selected ones import, and what lies beside them under the same name,
   * is sent along as far as it fits. What a publish leaves out is never sent.
   *
   * @throws As {@link HiveSyncDocs.write} does; LocalFileError when the folder cannot be read, or holds a named file not or not to be sent.
   *
   * @example
   * const { diff } = await hive.docs.write({ project_id, job_type: "document", directory: ".", selection: [{ path: "src/cart.ts" }] });
   */
  write(options: DocsOptions & (DocsFiles | DocsDirectory) & { wait: false }): Promise<SubmittedDocs>;
  write(options: DocsOptions & (DocsFiles | DocsDirectory) & { wait?: true }): Promise<WrittenDocs>;
  /**
   * Writes the new texts into the folder that they were written from, and answers their paths. Each file is replaced at once; none is when one
   * of them is not any more what was read.
   *
   * @throws FileChangedError that names the changed files; LocalFileError when the folder cannot be written.
   *
   * @example
   * const paths = await hive.docs.apply(written, { directory: "." });
   */
  apply(written: { files?: DocumentedFile[] }, into: DocsDirectory): Promise<string[]>;
}

/** @param sourceOf - The source of what is chosen of a folder. */
export function createNodeDocs(
  docs: HiveSyncDocs,
  sourceOf: (directory: string, choice: Choice) => DocsSource,
): NodeDocs {
  type Write = (options: DocsOptions & DocsFiles & { wait?: boolean }) => Promise<WrittenDocs | SubmittedDocs>;
  const core = docs as { write: Write };
  const write: (options: DocsOptions & (DocsFiles | DocsDirectory) & { wait?: boolean }) => ReturnType<Write> = (
    options,
  ) => {
    if (!("directory" in options)) return core.write(options);
    const { directory, ...rest } = options;
    return core.write({ ...rest, files: sourceOf(directory, rest) });
  };
  return { ...docs, write: write as NodeDocs["write"], apply: applyDocs };
}
