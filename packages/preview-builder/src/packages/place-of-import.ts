import { contentTypeOf } from "#bundle/media-types.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import type { RowPlace } from "#report/report-rows.ts";

const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|css|scss|sass|less|html?)$/i;

/** Where the project's code imports a module, or package.json names the package: the first place, for a person to look at. */
export async function placeOfImport(
  files: ProjectFiles,
  specifier: string,
  name: string,
): Promise<RowPlace | undefined> {
  if (specifier === "") return undefined;
  const read = files.inputs().map(({ path }) => path);
  const code = read.filter((path) => CODE.test(path) && contentTypeOf(path)?.loader !== "dataurl");
  const quoted = new RegExp(`["']~?${escapeRegExp(specifier)}(?:/[^"']*)?["']`);
  let first: RowPlace | undefined;
  for (const path of [...code, ...read.filter((each) => each.endsWith("package.json"))]) {
    const lines = (await files.text(path)).split("\n");
    const index = lines.findIndex((line) => quoted.test(line));
    if (index === -1) continue;
    const lineText = lines[index] ?? "";
    const place = { file: path, line: index + 1, column: lineText.search(quoted) + 1, lineText };
    // Of several the one that also has the name on or above the line is meant.
    if (
      name === "" ||
      lines
        .slice(Math.max(0, index - 30), index + 1)
        .join("\n")
        .includes(name)
    )
      return place;
    first ??= place;
  }
  return first;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
