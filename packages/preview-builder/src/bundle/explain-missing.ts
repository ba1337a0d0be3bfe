import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { splitSpecifier } from "@hivesync/package-store/package-names";
import type { PreviewPlatform } from "#build-result.ts";
import { explainAlias } from "#bundle/explain-alias.ts";
import { nearPaths } from "#bundle/near-paths.ts";
import type { ImportRequest, ResolveContext } from "#bundle/resolve-import.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { RUNTIME_PARTS } from "#runtimes/runtime-parts.ts";

/** A file that an import leads to on another platform than the one that is built for. */
export interface FileElsewhere {
  readonly platform: PreviewPlatform;
  readonly path: string;
}

/** A name that leads to nothing. */
export interface MissingName {
  readonly name: string;
  /** What it leads to on other platforms. */
  readonly elsewhere: readonly FileElsewhere[];
  /** The project path that an alias makes of it. */
  readonly aliased: string | undefined;
}

/** Says why an import leads to nothing, and what to do. */
export function explainMissing(
  context: ResolveContext,
  request: ImportRequest,
  { name, elsewhere, aliased }: MissingName,
): string {
  const { files, packageJson, platform } = context;
  const isPath = /^(?:\/|\.\.?(?:\/|$))/.test(name) || request.kind === "url-token";
  const wanted = isPath ? posix.join(name.startsWith("/") ? "." : posix.dirname(request.importer), name) : name;
  if (elsewhere.length > 0) return `The project has no file "${wanted}" ${describeElsewhere(platform, elsewhere)}`;
  if (isPath) {
    if (wanted.startsWith("..")) return `"${name}" leads out of the project. Publish the folder that holds both files.`;
    return explainNoFile(files, wanted);
  }
  if (name.startsWith("#")) {
    const near = nearPaths(Object.keys(packageJson.imports), name).map((each) => `"${each}"`);
    const hint = near.length > 0 ? `Near it: ${near.join(", ")}.` : "Add it there, with the path of a file.";
    return `"${name}" is not in the "imports" of package.json. ${hint}`;
  }
  if (isBuiltin(name)) {
    return `"${name}" is a module of Node.js, which a page in a browser does not have. Keep what needs it out of what the page imports.`;
  }
  const packageName = splitSpecifier(name)?.name ?? name;
  const isPart = RUNTIME_PARTS.some((part) => Object.hasOwn(part.modules, packageName));
  if (isPart) return `"${name}" is not available in previews: of "${packageName}" only its main exports are.`;
  if (aliased !== undefined) return explainNoFile(files, aliased);
  const alias = explainAlias(context, request, name);
  if (alias !== undefined) return alias;
  const near = nearPaths(Object.keys(packageJson.ranges), packageName).map((each) => `"${each}"`);
  const hint =
    near.length > 0 ? ` It names ${near.join(", ")}.` : " Add it there, so that previews know which version to take.";
  return `Package "${packageName}" is not in package.json.${hint}`;
}

function explainNoFile(files: ProjectFiles, wanted: string): string {
  const near = nearPaths(files.paths, wanted).map((path) => `"${path}"`);
  return `The project has no file "${wanted}".${near.length > 0 ? ` Near it: ${near.join(", ")}.` : ""}`;
}

function describeElsewhere(platform: PreviewPlatform, elsewhere: readonly FileElsewhere[]): string {
  const paths = [...new Set(elsewhere.map(({ path }) => `"${path}"`))].sort();
  const others = elsewhere.map((each) => each.platform);
  return `for the platform ${platform}; it has ${paths.join(" and ")}. Preview it with the platform ${others.join(" or ")} (--platform ${others[0]}).`;
}
