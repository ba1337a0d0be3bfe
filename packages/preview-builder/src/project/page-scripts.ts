import { posix } from "node:path";
import { isJavaScriptModule } from "#bundle/module-syntax.ts";
import { contentTypeOf } from "#bundle/media-types.ts";
import type { KindQuestion } from "#project/detect-kind.ts";
import { scriptAt } from "#project/find-start.ts";
import { isBuildOutput } from "#project/start-paths.ts";

/** The scripts of a page, and what the tools that usually build it would make of them. */
export interface PageScripts {
  /** Whether modules of the project are started from the page. */
  readonly hasModules: boolean;
  /** The files and texts that it starts from, for finding out what they are. */
  readonly first: readonly { readonly path: string; readonly text: string }[];
  /** Whether its tags name no script that the project has: its tools put one in, or it needs none. */
  readonly namesNone: boolean;
  /** The script that the page's tools put into it: it names none itself. */
  readonly injected: string | undefined;
  /** What its tags name of what a build writes; the injected script is what that is made from. */
  readonly built: ReadonlySet<string>;
}

export const NO_SCRIPTS: PageScripts = {
  hasModules: false,
  first: [],
  namesNone: true,
  injected: undefined,
  built: new Set(),
};

const TAG = /<(script|link)\b([^>]*)>(?:(?<=<script\b[^>]*>)([\s\S]*?)<\/script>)?/gi;
const ATTRIBUTE = /([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

/** Bundlers that put scripts into a page, and what they start from unless told. */
const INJECTING = [
  "react-scripts",
  "@craco/craco",
  "react-app-rewired",
  "@vue/cli-service",
  "preact-cli",
  "html-webpack-plugin",
  "webpack",
  "@rsbuild/core",
  "@rspack/core",
  "rollup",
  "esbuild",
  "react",
  "preact",
  "vue",
  "svelte",
  "solid-js",
];
/** How files are called that a build writes and a page names. */
const BUILT_URL =
  /(?:^|\/)(?:dist|build|out|bundles?|static\/(?:js|css))\/|bundle[\w.-]*\.(?:js|css)$|(?:^|\/)(?:app|main)[\w.-]*\.(?:js|css)$/;
const INJECTED_STEMS = ["src/index", "src/main", "src/app", "index", "main"];

export async function readPageScripts(
  question: KindQuestion,
  page: { readonly path: string; readonly text: string },
): Promise<PageScripts> {
  const html = page.text.replaceAll(/<!--[\s\S]*?-->/g, "");
  const tags = [...html.matchAll(TAG)].map(([, name = "", attributes = "", text = ""]) => ({
    name: name.toLowerCase(),
    attributes: new Map(
      [...attributes.matchAll(ATTRIBUTE)].map(([, key = "", a, b, c]) => [key.toLowerCase(), a ?? b ?? c ?? ""]),
    ),
    text,
  }));
  const first: { path: string; text: string }[] = [];
  const built = new Set<string>();
  let hasModules = false;
  let hasOwnScript = false;
  let hasBuiltScript = false;
  for (const { name, attributes, text } of tags) {
    const url = attributes.get(name === "script" ? "src" : "href");
    const isModule = attributes.get("type")?.trim().toLowerCase() === "module";
    if (url === undefined) {
      if (name === "script" && isModule) {
        first.push({ path: page.path, text });
        hasModules = true;
      }
      continue;
    }
    if (/^\s*(?:https?:)?\/\/|^\s*data:/i.test(url)) continue;
    if (name === "link" && !/stylesheet/i.test(attributes.get("rel") ?? "")) continue;
    const path = fileOf(question, page.path, url);
    if (path === undefined ? BUILT_URL.test(url) : isBuildOutput(path)) {
      built.add(url);
      hasBuiltScript ||= path !== undefined && name === "script";
      continue;
    }
    if (name === "link") continue;
    if (path === undefined) {
      // A slip of the author's, which is told where the page is read.
      hasOwnScript = true;
      continue;
    }
    const code = await question.files.text(path);
    hasOwnScript = true;
    if (isModule || isModuleFile(path, code)) {
      first.push({ path, text: code });
      hasModules = true;
    }
  }
  const needsScript = !hasModules && !hasOwnScript;
  const namesNone = needsScript && !hasBuiltScript;
  const injected = needsScript ? findInjected(question) : undefined;
  if (injected === undefined) return { hasModules, first, namesNone, injected, built: new Set() };
  const text = await question.files.text(injected);
  return { hasModules: true, first: [{ path: injected, text }], namesNone, injected, built };
}

/** Whether a file that a page starts without saying that it is a module can only be one. */
export function isModuleFile(path: string, code: string): boolean {
  const loader = contentTypeOf(path)?.loader;
  if (/\.(?:vue|svelte|[jt]sx|[cm]ts|mjs)$/.test(path)) return true;
  return loader === "jsx" || loader === "ts" ? isJavaScriptModule(code) : false;
}

/** A page without scripts of its own is filled by its bundler, where the project has one or a framework that needs one. */
function findInjected(question: KindQuestion): string | undefined {
  const { packageJson } = question;
  if (!INJECTING.some((name) => packageJson.dependencies.has(name))) return undefined;
  const stems = [packageJson.source, ...INJECTED_STEMS].filter((stem) => stem !== undefined);
  return stems.map((stem) => scriptAt(question, stem)).find((path) => path !== undefined);
}

function fileOf({ files, packageJson }: KindQuestion, page: string, url: string): string | undefined {
  const home = posix.dirname(packageJson.path);
  const name = url
    .trim()
    .replace(/[?#].*$/s, "")
    .replace(/^%(?:PUBLIC_URL|BASE_URL)%\/?/, "/");
  const bases = name.startsWith("/")
    ? [posix.dirname(page), home, posix.join(home, "public"), "."]
    : [posix.dirname(page)];
  return bases.map((base) => posix.join(base, name)).find((path) => files.has(path));
}
