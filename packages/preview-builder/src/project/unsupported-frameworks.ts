import { posix } from "node:path";
import type { KindQuestion } from "#project/detect-kind.ts";
import { scriptAt } from "#project/find-start.ts";
import type { PackageJson } from "#project/package-json.ts";

/** Frameworks whose pages a server makes, or whose files are no start by themselves, and what to do instead. */
const UNSUPPORTED: readonly { readonly package: string; readonly label: string; readonly why: string }[] = [
  { package: "next", label: "Next.js", why: "its pages are made by a server" },
  { package: "nuxt", label: "Nuxt", why: "its pages are made by a server" },
  { package: "@sveltejs/kit", label: "SvelteKit", why: "its pages are made by a server" },
  { package: "astro", label: "Astro", why: "its pages are made by a build of its own" },
  { package: "gatsby", label: "Gatsby", why: "its pages are made by a build of its own" },
  { package: "@remix-run/react", label: "Remix", why: "its pages are made by a server" },
  { package: "@react-router/dev", label: "React Router as a framework", why: "its pages are made by a server" },
  { package: "@solidjs/start", label: "SolidStart", why: "its pages are made by a server" },
  { package: "@angular/core", label: "Angular", why: "previews have no compiler for its templates" },
  { package: "@builder.io/qwik", label: "Qwik", why: "its pages are made by a server" },
  { package: "expo-router", label: "Expo Router", why: `it has no screens in "app" or "src/app"` },
];

/** Why a project has nothing to show, and the package of its framework. */
export interface Unsupported {
  readonly package: string;
  readonly text: string;
}

/** Says why a project of a framework that previews do not know has nothing to show, and what can be shown of it. */
export function explainUnsupported({ dependencies, main = "" }: PackageJson): Unsupported | undefined {
  // An app may use the router's parts and still start from a file of its own.
  const isMeant = (name: string): boolean => name !== "expo-router" || main.startsWith("expo-router/");
  const found = UNSUPPORTED.find((row) => dependencies.has(row.package) && isMeant(row.package));
  return found && explain(found);
}

/** An element that only a script can fill, as Angular's root is: `<app-root>`. */
const CUSTOM_ELEMENT = /<[a-z]\w*-[\w-]*[\s>]/;

/** Says why there would be nothing in a page that starts no script, where Angular's own tools fill it. */
export async function explainAngularPage(
  question: KindQuestion,
  page: { readonly path: string; readonly text: string },
): Promise<Unsupported | undefined> {
  const { files, packageJson } = question;
  const angular = UNSUPPORTED.find((row) => row.package === "@angular/core");
  if (angular === undefined || !packageJson.dependencies.has(angular.package)) return undefined;
  if (!CUSTOM_ELEMENT.test(page.text)) return undefined;
  if (files.has(posix.join(posix.dirname(packageJson.path), "angular.json"))) return explain(angular);
  const besideIt = posix.join(posix.dirname(page.path), "main.ts");
  const start = files.has(besideIt) ? besideIt : scriptAt(question, "src/main");
  const code = start === undefined ? "" : await files.text(start);
  return /["']@angular\//.test(code) ? explain(angular) : undefined;
}

function explain(found: (typeof UNSUPPORTED)[number]): Unsupported {
  const text = `This is a project of ${found.label}, which previews cannot show as a whole: ${found.why}. Name a file that shows one screen or component (its default export) as the entry.`;
  return { package: found.package, text };
}
