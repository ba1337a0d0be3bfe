import { posix } from "node:path";
import type { SFCDescriptor, SFCScriptBlock } from "@vue/compiler-sfc";
import { resolveImport } from "#bundle/resolve-import.ts";
import type { CompilerMap } from "#languages/component-map.ts";
import { compilerMessage } from "#languages/source-place.ts";
import { VueFault } from "#languages/vue/vue-fault.ts";
import type { SourceFile, TransformContext } from "#transforms/source-transform.ts";

/** A component on its way to a module. */
export interface VueComponent {
  readonly file: SourceFile;
  readonly descriptor: SFCDescriptor;
  /** What its scoped styles and variables are marked with: the same for the same file. */
  readonly id: string;
  readonly isScoped: boolean;
  readonly isProduction: boolean;
  readonly context: TransformContext;
}

/** The name of the component in its own module. */
export const COMPONENT = "__hivesync_component__";

const SCRIPT_LANGUAGES = ["js", "jsx", "ts", "tsx"] as const;

/** A component's script as code that puts the component under its name. */
export interface VueScript {
  readonly code: string;
  readonly map: CompilerMap | undefined;
  readonly loader: (typeof SCRIPT_LANGUAGES)[number];
  readonly bindings: SFCScriptBlock["bindings"];
}

/** The language of a component's scripts. */
export function scriptLanguage({ file, descriptor }: VueComponent): VueScript["loader"] {
  const block = descriptor.scriptSetup ?? descriptor.script;
  const language = SCRIPT_LANGUAGES.find((each) => each === (block?.lang ?? "js"));
  if (language !== undefined) return language;
  const text = `Scripts in "${block?.lang ?? ""}" are not read by previews: js, jsx, ts and tsx are.`;
  throw new VueFault([compilerMessage(file, text, { line: block?.loc.start.line ?? 1, column: 0 })]);
}

/** The project path of what a component names, or undefined. */
export function findNamed({ context, file }: VueComponent, specifier: string): string | undefined {
  const found = resolveImport(context, { specifier, importer: file.path, kind: "import-statement" });
  return found.found === "file" ? posix.normalize(found.path) : undefined;
}
