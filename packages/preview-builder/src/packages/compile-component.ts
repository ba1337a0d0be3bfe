import { onceABuild } from "#bundle/once-a-build.ts";
import type { CodeSettings } from "#bundle/prepare-code.ts";
import type { OpenPackage } from "#packages/package-files.ts";
import type { ProjectPackages, ProjectPackagesRequest } from "#packages/project-packages.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { BuildError } from "#report/build-error.ts";
import type { Transformed, TransformContext } from "#transforms/source-transform.ts";

/** A component of a package as modules: itself, and its parts by the names under which it imports them. */
export interface CompiledComponent {
  readonly main: Transformed;
  readonly parts: ReadonlyMap<string, Pick<Transformed, "contents" | "loader">>;
}

/** Compiles what a package ships of components as they were written, with the compiler that the project's own go through. */
export type CompileComponent = (row: OpenPackage, file: string) => Promise<CompiledComponent>;

const COMPONENT = /\.(?:vue|svelte)$|\.svelte\.[jt]s$/;

export function isComponent(file: string): boolean {
  return COMPONENT.test(file);
}

type Facts = Pick<ProjectPackagesRequest, "kind" | "frameworks" | "platform" | "mode">;

/** @param settings how the code of packages is read. */
export function componentCompiler(facts: Facts, settings: CodeSettings): CompileComponent {
  const once = onceABuild();
  return async (row, file) => {
    const { languageTransforms } = await import("#languages/language-transforms.ts");
    const parts = new Map<string, Pick<Transformed, "contents" | "loader">>();
    const context: TransformContext = {
      ...facts,
      settings,
      once,
      files: filesOf(row),
      packageJson: {
        name: row.name,
        main: undefined,
        source: undefined,
        expoEntry: undefined,
        routesFolder: undefined,
        alias: {},
        path: "package.json",
        dependencies: new Set(),
        ranges: {},
        imports: {},
        browser: {},
      },
      tsConfig: { baseUrl: undefined, paths: [], compilerOptions: {}, ignoredExtends: [], warnings: [] },
      aliases: [],
      roots: ["."],
      packages: NO_PACKAGES,
      maps: new Map(),
      addPart: (path, part) => {
        const name = `package-part:${row.id}/${path}?${parts.size}`;
        parts.set(name, part);
        return name;
      },
    };
    const transform = languageTransforms.find((each) => each.matches(file, context));
    if (transform === undefined) throw new BuildError(`"${file}" of package "${row.name}" has no compiler here.`);
    const text = new TextDecoder().decode(await row.files.bytes(file));
    return { main: await transform.transform({ path: file, text }, context), parts };
  };
}

/** The files of a package as those of a project: a component sees nothing else. */
function filesOf({ files }: OpenPackage): ProjectFiles {
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await files.bytes(path));
  return {
    paths: files.paths,
    has: (path) => files.has(path),
    bytes: (path) => files.bytes(path),
    text,
    // Only files of projects are looked at by their sizes.
    size: () => 0,
    textIfPresent: async (path) => (files.has(path) ? text(path) : undefined),
    peek: (path) => files.bytes(path),
    mark: () => () => undefined,
    take: () => undefined,
    inputs: () => [],
  };
}

/** What a package needs of others is bundled with it; its styles take nothing of them. */
const NO_PACKAGES: ProjectPackages = {
  bundle: () => Promise.reject(new BuildError("A component of a package asks for a bundle.")),
  style: () => Promise.resolve(""),
  styleFiles: () => Promise.resolve({ roots: {}, packages: {} }),
};
