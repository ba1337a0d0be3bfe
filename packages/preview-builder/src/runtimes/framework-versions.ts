import semver from "semver";
import type { ReportRow } from "#build-result.ts";
import type { PackageJson } from "#project/package-json.ts";
import { reportRow } from "#report/report-rows.ts";
import { RUNTIME_PARTS } from "#runtimes/runtime-parts.ts";
import type { PartChoice } from "#runtimes/runtime-parts.ts";

/** Versions of a framework that are here: by major, which part in the place of which. */
interface Framework {
  readonly packageName: string;
  readonly label: string;
  /** The newest first. An empty row is what projects have unless they ask for another. */
  readonly majors: readonly { readonly major: number; readonly instead: Readonly<Record<string, string>> }[];
}

const FRAMEWORKS = {
  react: {
    packageName: "react",
    label: "React",
    majors: [
      { major: 19, instead: {} },
      ...[18, 17, 16, 15].map((major) => ({ major, instead: { react: `react-${major}` } })),
    ],
  },
  preact: {
    packageName: "preact",
    label: "Preact",
    majors: [
      { major: 11, instead: { react: "react-as-preact" } },
      {
        major: 10,
        instead: { preact: "preact-10", "preact-debug": "preact-10-debug", react: "react-as-preact-10" },
      },
    ],
  },
  vue: { packageName: "vue", label: "Vue", majors: [{ major: 3, instead: {} }] },
  svelte: {
    packageName: "svelte",
    label: "Svelte",
    majors: [
      { major: 5, instead: {} },
      { major: 4, instead: { svelte: "svelte-4" } },
      { major: 3, instead: { svelte: "svelte-3" } },
    ],
  },
  solid: { packageName: "solid-js", label: "Solid", majors: [{ major: 1, instead: {} }] },
} satisfies Record<string, Framework>;

export type FrameworkName = keyof typeof FRAMEWORKS;

/** Which version of its framework a project gets. */
export interface FrameworkVersion {
  readonly major: number;
  /** For people: `React 17`. */
  readonly label: string;
  readonly choice: PartChoice;
  /** Told when the project asks for a version that is not here. */
  readonly warning: ReportRow | undefined;
}

/** Finds the newest major here that fits what package.json asks for; without a wish the newest. */
export function frameworkVersion(
  name: FrameworkName,
  { ranges, path }: PackageJson,
  { atLeast = 0 }: { readonly atLeast?: number } = {},
): FrameworkVersion {
  const framework: Framework = FRAMEWORKS[name];
  const range = readRange(ranges[framework.packageName]);
  const fitting = range === undefined ? framework.majors : framework.majors.filter(({ major }) => admits(range, major));
  const served = fitting.filter(({ major }) => major >= atLeast);
  const row = served[0] ?? nearest(framework, range, atLeast);
  const label = `${framework.label} ${row.major}`;
  const text = `package.json asks for ${framework.packageName} "${ranges[framework.packageName] ?? ""}"; the preview is shown with ${label}.`;
  return {
    major: row.major,
    label,
    choice: new Map(Object.entries(row.instead)),
    warning: served.length > 0 ? undefined : reportRow(text, { file: path, line: 1, column: 1, lineText: null }),
  };
}

/** The part that a module of the page comes from in a project with that choice, for people. */
export function labelOfPart(name: string, choice: PartChoice): string {
  const actual = choice.get(name) ?? name;
  return RUNTIME_PARTS.find((part) => part.name === actual)?.label ?? actual;
}

/** Undefined for tags and for what is no range: they mean whatever is there. */
function readRange(text: string | undefined): semver.Range | undefined {
  // `npm:react@18`, `workspace:^18.0.0`.
  const plain = text?.replace(/^npm:(?:@[^/]+\/)?[^@]+@?/, "").replace(/^workspace:/, "");
  if (plain === undefined || semver.validRange(plain, { loose: true }) === null) return undefined;
  return new semver.Range(plain, { loose: true, includePrerelease: true });
}

function admits(range: semver.Range, major: number): boolean {
  return semver.intersects(range, new semver.Range(`${major}.x`), { includePrerelease: true });
}

/** Of those that are here the next later one than asked for, else the last. */
function nearest(framework: Framework, range: semver.Range | undefined, atLeast: number): Framework["majors"][number] {
  const wanted = range === undefined ? 0 : (semver.minVersion(range)?.major ?? 0);
  const later = framework.majors.filter(({ major }) => major >= Math.max(wanted, atLeast)).at(-1);
  const [newest = { major: 0, instead: {} }] = framework.majors;
  return later ?? newest;
}
