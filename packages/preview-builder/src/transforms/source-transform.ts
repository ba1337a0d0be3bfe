import type { PartialMessage } from "esbuild";
import type { BuildOptions, PreviewPlatform } from "#build-result.ts";
import type { CodeSettings } from "#bundle/prepare-code.ts";
import type { ResolveContext } from "#bundle/resolve-import.ts";
import type { ProjectPackages } from "#packages/project-packages.ts";
import type { PreviewKind } from "#project/preview-kinds.ts";
import type { ProjectFrameworks } from "#runtimes/project-frameworks.ts";

/** What a transform may know: the project's files and what was found of it. Configs are read as data, never run. */
export interface TransformContext extends ResolveContext {
  readonly kind: PreviewKind;
  readonly frameworks: ProjectFrameworks;
  readonly platform: PreviewPlatform;
  readonly mode: NonNullable<BuildOptions["mode"]>;
  readonly settings: CodeSettings;
  readonly packages: ProjectPackages;
  /** Filled with what leads from transformed files back to the files as they were written, for messages. */
  readonly maps: Map<string, { readonly map: string; readonly text: string }>;
  /**
   * Makes a part of a file a module of its own, as a component's `<style>`, and answers the name under which the transformed code imports it.
   */
  readonly addPart: (path: string, part: Pick<Transformed, "contents" | "loader" | "map">) => string;
  /** One value for the whole build, made when it is first asked for: a compiler's cache, a config that was read. */
  readonly once: <Value>(key: string, make: () => Value) => Value;
}

/** One file that the bundler cannot read by itself. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What the bundler reads instead. Messages have places in the file as it was written. */
export interface Transformed {
  readonly contents: string;
  readonly loader: "js" | "jsx" | "ts" | "tsx" | "css" | "local-css";
  /** The JSON of a source map whose one source is the file. */
  readonly map?: string | undefined;
  readonly warnings?: readonly PartialMessage[];
  readonly errors?: readonly PartialMessage[];
}

/** A language or style that is turned into what the bundler reads. The first row that matches a file is taken; its compiler is loaded when it is needed. */
export interface SourceTransform {
  readonly name: string;
  matches(path: string, context: TransformContext): boolean;
  transform(file: SourceFile, context: TransformContext): Promise<Transformed>;
}
