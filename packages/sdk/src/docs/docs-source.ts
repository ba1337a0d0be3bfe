import { aiJobLimits } from "@hivesync/contracts/tiers";
import type { ManifestFile } from "@hivesync/contracts/paths";
import type { FileSource, SourceListing } from "#previews/file-source.ts";

/** A listing that may name files beside those that were asked for. */
export interface DocsListing extends SourceListing {
  /** Listed files that the selected ones are read best with, the best first. They are sent along as far as they fit. */
  neighbours?: readonly string[];
}

/** A source that may know the neighbours of what is selected. */
export interface DocsSource extends FileSource {
  list(...options: Parameters<FileSource["list"]>): Promise<DocsListing>;
}

/** A selected file with the lines that are meant, and the files that are sent beside. */
export interface ChosenFiles {
  selection: (ManifestFile & { line_start?: number; line_end?: number })[];
  context: ManifestFile[];
}

/** What is chosen, by paths. */
export interface Choice {
  selection: readonly { path: string; line_start?: number | undefined; line_end?: number | undefined }[];
  context?: { files?: readonly string[] | undefined } | undefined;
}

// Nothing to read: sent along it would only cost time.
const noText = /\.(?:avif|bmp|gif|ico|jpe?g|png|webp|eot|otf|ttf|woff2?|mp[34]|webm|pdf|zip|wasm)$/iu;

/** The lines that are meant, where it is not all of them. */
export function linesOf({ line_start, line_end }: Choice["selection"][number]): {
  line_start?: number;
  line_end?: number;
} {
  return { ...(line_start === undefined ? {} : { line_start }), ...(line_end === undefined ? {} : { line_end }) };
}

/**
 * The chosen files as they were listed. Neighbours come last and only as far as a job takes them; of what was named nothing is left out.
 *
 * @throws TypeError when the source holds no such file.
 */
export function chooseFiles({ files, neighbours = [] }: DocsListing, choice: Choice): ChosenFiles {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const find = (path: string): ManifestFile => {
    const file = byPath.get(path);
    if (!file) throw new TypeError(`The files to write about hold no ${path}`);
    return file;
  };
  const selection = choice.selection.map((selected) => ({ ...find(selected.path), ...linesOf(selected) }));
  const context = (choice.context?.files ?? []).map(find);
  const chosen = new Set([...selection, ...context].map(({ path }) => path));
  let bytes = [...selection, ...context].reduce((sum, { size }) => sum + size, 0);
  for (const path of neighbours) {
    const file = byPath.get(path);
    if (!file || chosen.has(path) || noText.test(path) || context.length >= aiJobLimits.maxFiles) continue;
    if (file.size > aiJobLimits.maxFileBytes || bytes + file.size > aiJobLimits.maxBytes) continue;
    chosen.add(path);
    context.push(file);
    bytes += file.size;
  }
  return { selection, context };
}
