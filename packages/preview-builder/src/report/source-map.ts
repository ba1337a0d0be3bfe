import { isProjectSource, projectPath } from "#report/report-rows.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { moveMappings } from "#report/move-mappings.ts";
import type { PartStart } from "#report/move-mappings.ts";

interface SourceMap {
  version: 3;
  file: string;
  sources: string[];
  sourcesContent: (string | null)[];
  names: string[];
  mappings: string;
}

interface SourceMapContext {
  readonly files: ProjectFiles;
  /** Parts of pages, by the bundler's names. */
  readonly parts: ReadonlyMap<string, { readonly start?: PartStart }>;
  /** What the map is of. */
  readonly scriptName: string;
}

/** Names the sources `vfs:<project path>` and gives each the file's own text; generated modules keep only a name. */
export async function finishSourceMap(json: string, { files, parts, scriptName }: SourceMapContext): Promise<string> {
  if (json === "") return "";
  const map = JSON.parse(json) as SourceMap;
  const names = map.sources.map((source) => (isProjectSource(source) ? `vfs:${projectPath(source)}` : source));
  // The parts of one page are one source.
  const sources = [...new Set(names)];
  const indexes = new Map(sources.map((source, index) => [source, index]));
  const moved = map.sources.map((source, index) => ({
    index: indexes.get(names[index] ?? source) ?? index,
    start: parts.get(source)?.start,
  }));
  const mappings = moved.some((to, index) => to.index !== index || to.start !== undefined)
    ? moveMappings(map.mappings, moved)
    : map.mappings;
  const sourcesContent = await Promise.all(
    sources.map(async (source) => (isProjectSource(source) ? await files.text(projectPath(source)) : null)),
  );
  return JSON.stringify({ ...map, file: scriptName, sources, sourcesContent, mappings });
}
