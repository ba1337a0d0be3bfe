import { isProjectSource, projectPath } from "#report/report-rows.ts";
import type { ProjectFiles } from "#project/project-files.ts";

interface SourceMap {
  version: 3;
  file: string;
  sources: string[];
  sourcesContent: (string | null)[];
  names: string[];
  mappings: string;
}

/** Names the sources `vfs:<project path>` and gives each the file's own text; generated modules keep only a name. */
export async function finishSourceMap(json: string, files: ProjectFiles, scriptName: string): Promise<string> {
  if (json === "") return "";
  const map = JSON.parse(json) as SourceMap;
  const sources = map.sources.map((source) => (isProjectSource(source) ? `vfs:${projectPath(source)}` : source));
  const sourcesContent = await Promise.all(
    sources.map(async (source) => (isProjectSource(source) ? await files.text(projectPath(source)) : null)),
  );
  return JSON.stringify({ ...map, file: scriptName, sources, sourcesContent });
}
