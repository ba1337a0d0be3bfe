import type { DetectedKind } from "#project/detect-kind.ts";
import type { ProjectHome } from "#project/project-home.ts";
import type { TsConfig } from "#project/tsconfig.ts";
import type { ProjectFrameworks } from "#runtimes/project-frameworks.ts";

interface Found extends DetectedKind {
  readonly frameworks: ProjectFrameworks;
  readonly home: ProjectHome;
  readonly tsConfig: TsConfig;
}

/** Says what was found of a project, and what was left out, for its log. */
export function projectNotes({ frameworks, home, scripts, tsConfig }: Found): string[] {
  const others = home.others.length === 0 ? "" : `; others that can be named by an entry: ${home.others.join(", ")}`;
  return [
    ...(frameworks.label === undefined ? [] : [`shown with ${frameworks.label}`]),
    ...(home.folder === "." ? [] : [`the app is the one in "${home.folder}"${others}`]),
    ...(scripts.injected === undefined
      ? []
      : [`the page names no script of its own: "${scripts.injected}" is started`]),
    ...tsConfig.ignoredExtends.map(
      (target) => `tsconfig.json extends "${target}", which is not in the project: left out`,
    ),
  ];
}
