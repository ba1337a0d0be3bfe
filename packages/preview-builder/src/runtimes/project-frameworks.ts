import type { ReportRow } from "#build-result.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { PreviewKind } from "#project/preview-kinds.ts";
import { frameworkVersion } from "#runtimes/framework-versions.ts";
import type { FrameworkName } from "#runtimes/framework-versions.ts";
import type { PartChoice } from "#runtimes/runtime-parts.ts";

/** The frameworks of one project, in the versions that it asks for. */
export interface ProjectFrameworks {
  readonly choice: PartChoice;
  /** For people: `Svelte 4`. Undefined for a project without a framework. */
  readonly label: string | undefined;
  readonly majors: Readonly<Record<FrameworkName, number>>;
  readonly warnings: readonly ReportRow[];
}

const NAMES: readonly FrameworkName[] = ["react", "vue", "svelte", "solid", "preact"];

export function projectFrameworks(kind: PreviewKind, packageJson: PackageJson): ProjectFrameworks {
  const versions = NAMES.map((name) => {
    const options = name === "react" && kind.oldestReact !== undefined ? { atLeast: kind.oldestReact } : {};
    return { name, ...frameworkVersion(name, packageJson, options) };
  });
  const choice = new Map<string, string>(Object.entries(kind.instead ?? {}));
  for (const version of versions) {
    for (const [part, other] of version.choice) {
      // Preact takes React's place in its own projects alone.
      if (part !== "react" || version.name !== "preact" || kind.framework === "preact") choice.set(part, other);
    }
  }
  const own = versions.find(({ name }) => name === kind.framework);
  const majors = Object.fromEntries(versions.map(({ name, major }) => [name, major]));
  return {
    choice,
    label: own?.label,
    majors: majors as Record<FrameworkName, number>,
    warnings: own?.warning === undefined ? [] : [own.warning],
  };
}
