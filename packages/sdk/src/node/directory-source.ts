import { openAsBlob } from "node:fs";
import path from "node:path";
import { FileChangedError } from "#previews/upload-missing.ts";
import type { FileSource } from "#previews/file-source.ts";
import { hashFiles } from "./hash-files.ts";
import { LocalFileError } from "./local-file-error.ts";
import { readProjectContext } from "./project-context.ts";
import { scanDirectory } from "./scan-directory.ts";

/**
 * The files of a folder, as a publish sends them: without what ignore files, habit and caution leave out (see `IgnoreRules`).
 *
 * @example
 * const listing = await createDirectorySource("./app").list({});
 * console.log(listing.files.length, "files,", listing.secrets.length, "left out as secrets");
 */
export function createDirectorySource(directory: string): FileSource {
  const root = path.resolve(directory);
  let absolutePaths = new Map<string, string>();
  return {
    list: async ({ signal, onProgress }) => {
      const scan = await scanDirectory(root, {
        signal,
        onProgress: ({ filesFound }) =>
          onProgress?.({ phase: "scanning", ratio: 0, filesDone: filesFound, filesTotal: filesFound }),
      });
      if (scan.files.length === 0) throw new LocalFileError(`${root} holds no file to publish`, { path: root });
      absolutePaths = new Map(scan.files.map((file) => [file.path, file.absolutePath]));
      const files = await hashFiles(scan.files, {
        signal,
        onProgress: ({ filesHashed, filesTotal }) =>
          onProgress?.({ phase: "hashing", ratio: filesHashed / filesTotal, filesDone: filesHashed, filesTotal }),
      });
      const context = await readProjectContext(root);
      return { files, secrets: scan.secrets, skipped: scan.skipped, context };
    },
    open: (filePath) =>
      openAsBlob(absolutePaths.get(filePath) ?? path.join(root, filePath)).catch((cause: unknown) => {
        throw new FileChangedError(`${filePath} cannot be read any more`, { cause });
      }),
  };
}
