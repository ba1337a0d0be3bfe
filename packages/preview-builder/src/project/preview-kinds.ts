import { NATIVE_TEMPLATE, SCRIPT_TEMPLATE } from "#page/page-templates.ts";
import { startsRouter } from "#project/expo-routes.ts";
import type { ExpoRoutes } from "#project/expo-routes.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { FrameworkName } from "#runtimes/framework-versions.ts";

/** What a project was found to hold, for the rows below to judge. */
export interface ProjectFindings {
  readonly packageJson: PackageJson;
  /** The HTML page that would be shown, if there is one, and whether modules of the project are started from it. */
  readonly page: { readonly path: string; readonly text: string; readonly hasModules: boolean } | undefined;
  /** The script that would be started without a page, if there is one. */
  readonly script: { readonly path: string; readonly text: string } | undefined;
  /** The screens of an app that has them as files, whatever it is started from. */
  readonly routes: ExpoRoutes | undefined;
  /** What the code that would be started is written with. */
  readonly framework: FrameworkName | undefined;
}

/** A kind of project. The first row that matches is taken. */
export interface PreviewKind {
  readonly name: string;
  readonly label: string;
  readonly startsFrom: "page" | "script";
  matches(findings: ProjectFindings): boolean;
  /** What decides about JSX, and whose version is told. */
  readonly framework?: FrameworkName;
  /** The page around a kind that starts from a script. */
  readonly template?: string;
  /** The runtime module whose `mountEntry` starts what the entry script leaves to the host. */
  readonly mountModule?: string;
  /** The oldest major of React that it works with. */
  readonly oldestReact?: number;
  /** Its screens are files, which the page is given by their paths. */
  readonly hasRoutes?: boolean;
  /** Runtime parts that it has others in the place of. */
  readonly instead?: Readonly<Record<string, string>>;
  /** React Native's images are `{ uri, width, height }`; a page's are URLs. */
  readonly imagesAreSources?: boolean;
  /** Conditions under which packages have files of their own for this kind, beside those of every page. */
  readonly packageConditions?: readonly string[];
}

const NATIVE_IMPORT = /\bfrom\s*["'](?:react-native|expo)["']/;

const ROUTER_IMPORT = /["']expo-router\/entry(?:-classic)?["']/;

const FRAMEWORK_LABELS: Readonly<Record<FrameworkName, string>> = {
  react: "React",
  preact: "Preact",
  vue: "Vue",
  svelte: "Svelte",
  solid: "Solid",
};
const FRAMEWORK_NAMES = Object.keys(FRAMEWORK_LABELS) as FrameworkName[];
const PACKAGE_CONDITIONS: Partial<Readonly<Record<FrameworkName, readonly string[]>>> = { svelte: ["svelte"] };

const native = {
  startsFrom: "script",
  framework: "react",
  template: NATIVE_TEMPLATE,
  mountModule: "hivesync:mount-native",
  // What React Native is shown with needs it.
  oldestReact: 18,
  imagesAreSources: true,
} as const;

export const PREVIEW_KINDS: readonly PreviewKind[] = [
  {
    name: "expo-router",
    label: "Expo Router app",
    ...native,
    hasRoutes: true,
    // What the router is written with.
    oldestReact: 19,
    instead: { navigation: "navigation-in-expo-router", "navigation-stack": "navigation-stack-in-expo-router" },
    matches: ({ packageJson, script, routes }) =>
      script !== undefined &&
      routes !== undefined &&
      (ROUTER_IMPORT.test(script.text) || (startsRouter(packageJson.main ?? "") && routes.paths.includes(script.path))),
  },
  {
    name: "expo",
    label: "Expo app",
    ...native,
    matches: ({ packageJson, script }) => script !== undefined && uses(packageJson, "expo"),
  },
  {
    name: "react-native",
    label: "React Native app",
    ...native,
    matches: ({ packageJson, page, script }) =>
      script !== undefined &&
      (uses(packageJson, "react-native") || (page === undefined && NATIVE_IMPORT.test(script.text))),
  },
  ...FRAMEWORK_NAMES.map((name): PreviewKind => ({
    name,
    label: `${FRAMEWORK_LABELS[name]} page`,
    startsFrom: "page",
    framework: name,
    ...conditionsOf(name),
    matches: ({ page, framework }) => page?.hasModules === true && framework === name,
  })),
  {
    name: "module-page",
    label: "page with TypeScript or JavaScript modules",
    startsFrom: "page",
    matches: ({ page }) => page?.hasModules === true,
  },
  { name: "html", label: "plain HTML page", startsFrom: "page", matches: ({ page }) => page !== undefined },
  ...FRAMEWORK_NAMES.map((name): PreviewKind => ({
    name: `${name}-script`,
    label: `${FRAMEWORK_LABELS[name]} without a page of its own`,
    startsFrom: "script",
    framework: name,
    ...conditionsOf(name),
    template: SCRIPT_TEMPLATE,
    mountModule: `hivesync:mount-${name}`,
    matches: ({ script, framework }) =>
      script !== undefined &&
      (framework === name || (framework === undefined && name === "react" && /\.[jt]sx$/.test(script.path))),
  })),
  {
    name: "script",
    label: "script without a page",
    startsFrom: "script",
    matches: ({ script }) => script !== undefined,
    template: SCRIPT_TEMPLATE,
  },
];

function conditionsOf(name: FrameworkName): Pick<PreviewKind, "packageConditions"> {
  const packageConditions = PACKAGE_CONDITIONS[name];
  return packageConditions === undefined ? {} : { packageConditions };
}

function uses(packageJson: PackageJson, ...names: readonly string[]): boolean {
  return names.some((name) => packageJson.dependencies.has(name));
}
