import { NATIVE_TEMPLATE, SCRIPT_TEMPLATE } from "#page/page-templates.ts";
import type { PackageJson } from "#project/package-json.ts";

/** What a project was found to hold, for the rows below to judge. */
export interface ProjectFindings {
  readonly packageJson: PackageJson;
  /** The HTML page that would be shown, if there is one. */
  readonly page: { readonly path: string; readonly text: string } | undefined;
  /** The script that would be started without a page, if there is one. */
  readonly script: { readonly path: string; readonly text: string } | undefined;
}

/** A kind of project. The first row that matches is taken. */
export interface PreviewKind {
  readonly name: string;
  readonly label: string;
  readonly startsFrom: "page" | "script";
  matches(findings: ProjectFindings): boolean;
  /** The page around a kind that starts from a script. */
  readonly template?: string;
  /** The runtime module whose `mountEntry` starts what the entry script leaves to the host. */
  readonly mountModule?: string;
  /** React Native's images are `{ uri, width, height }`; a page's are URLs. */
  readonly imagesAreSources?: boolean;
  /** Conditions under which packages have files of their own for this kind, beside those of every page. */
  readonly packageConditions?: readonly string[];
}

const MODULE_SCRIPT = /<script\b[^>]*\btype\s*=\s*["']?module\b/i;
const NATIVE_IMPORT = /\bfrom\s*["'](?:react-native|expo)["']/;

export const PREVIEW_KINDS: readonly PreviewKind[] = [
  {
    name: "react-native",
    label: "React Native",
    startsFrom: "script",
    matches: ({ packageJson, page, script }) =>
      script !== undefined &&
      (uses(packageJson, "react-native", "expo") || (page === undefined && NATIVE_IMPORT.test(script.text))),
    template: NATIVE_TEMPLATE,
    mountModule: "hivesync:mount-native",
    imagesAreSources: true,
  },
  {
    name: "react",
    label: "React page",
    startsFrom: "page",
    matches: ({ packageJson, page }) =>
      page !== undefined && MODULE_SCRIPT.test(page.text) && uses(packageJson, "react", "react-dom"),
  },
  {
    name: "module-page",
    label: "page with TypeScript or JavaScript modules",
    startsFrom: "page",
    matches: ({ page }) => page !== undefined && MODULE_SCRIPT.test(page.text),
  },
  { name: "html", label: "plain HTML page", startsFrom: "page", matches: ({ page }) => page !== undefined },
  {
    name: "react-script",
    label: "React without a page of its own",
    startsFrom: "script",
    matches: ({ packageJson, script }) =>
      script !== undefined && (uses(packageJson, "react") || /\.[jt]sx$/.test(script.path)),
    template: SCRIPT_TEMPLATE,
    mountModule: "hivesync:mount-react",
  },
  {
    name: "script",
    label: "script without a page",
    startsFrom: "script",
    matches: ({ script }) => script !== undefined,
    template: SCRIPT_TEMPLATE,
  },
];

function uses(packageJson: PackageJson, ...names: readonly string[]): boolean {
  return names.some((name) => packageJson.dependencies.has(name));
}
