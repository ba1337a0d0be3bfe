import { posix } from "node:path";
import type { BuildOptions, ReportRow } from "#build-result.ts";
import { attribute, elementsIn, textOf } from "#page/html-tree.ts";
import { isPageFor } from "#page/follow-link.ts";
import { askedFiles, publicFileAt } from "#page/public-files.ts";
import type { PageSource } from "#page/page-source.ts";
import { readProject } from "#project/read-project.ts";
import type { Project } from "#project/read-project.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { BuildError } from "#report/build-error.ts";
import { projectPath } from "#report/report-rows.ts";

/** A page that others lead to. */
export interface SitePage {
  /** The path that it is asked for by: `/about.html`; `/team/` of an index. */
  readonly address: string;
  readonly project: Project;
  /** The first link that leads there. */
  readonly from: ReportRow | undefined;
}

/** A project with all of its pages that are reached from the one that a preview begins with. */
export interface Site {
  readonly start: Project;
  /** The paths that the first page is asked for by: `/`, and its own where that is another one, as of `home.html`. */
  readonly startAddresses: readonly string[];
  readonly others: readonly SitePage[];
  /** Of pages that are linked to, and that the preview does not hold. */
  readonly warnings: readonly ReportRow[];
}

interface Wanted {
  readonly path: string;
  /** The link that leads there. Undefined where a script names it, which may be for another reason. */
  readonly from: ReportRow | undefined;
}

const MAX_OTHER_PAGES = 50;

/**
 * Reads the project from the page that it begins with, and follows the links of each page. A page that cannot be read is left
 * out and told of: the others can be looked at all the same.
 *
 * @throws BuildError as `readProject` for the page that the preview begins with; for others only when a limit was hit.
 */
export async function readSite(files: ProjectFiles, options: BuildOptions): Promise<Site> {
  const start = await readProject(files, options);
  const others: SitePage[] = [];
  const warnings: ReportRow[] = [];
  if (start.kind.startsFrom !== "page") return { start, startAddresses: ["/"], others, warnings };
  const { roots } = start.page.context;
  const startAddresses = [...new Set(["/", addressOf(start.entry, roots)])];
  const taken = new Set(startAddresses);
  const seen = new Set([start.entry]);
  const queue = await pagesFrom(start);
  // The queue grows while it is gone through.
  for (const { path, from } of queue) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (others.length === MAX_OTHER_PAGES) {
      warnings.push(...leadsNowhere(from, `A preview holds ${MAX_OTHER_PAGES} pages beside the first one.`));
      continue;
    }
    const address = [addressOf(path, roots), fileAddress(path, roots)].find((each) => !taken.has(each));
    if (address === undefined) {
      warnings.push(...leadsNowhere(from, `Another page of the preview has the address ${fileAddress(path, roots)}.`));
      continue;
    }
    taken.add(address);
    const place = { roots, address };
    try {
      const project = await readProject(files, { platform: options.platform, mode: start.mode, entry: path }, place);
      others.push({ address, project, from });
      queue.push(...(await pagesFrom(project)));
    } catch (error) {
      if (!(error instanceof BuildError) || error.limit !== undefined) throw error;
      warnings.push(...leadsNowhere(from, error.message));
    }
  }
  return { start, startAddresses, others, warnings };
}

/** What is said of a link to a page that is left out; nothing where only a script has named it. */
export function leadsNowhere(from: ReportRow | undefined, why: string): ReportRow[] {
  return from === undefined ? [] : [{ ...from, text: `${from.text} leads nowhere. ${why}` }];
}

/** The pages that a page leads to, by its links and by its scripts (`location.href = "about.html"`). */
async function pagesFrom({ page }: Project): Promise<Wanted[]> {
  const inline = elementsIn(page.document).filter(
    (element) => element.tagName === "script" && attribute(element, "src") === undefined,
  );
  const handlers = elementsIn(page.document).flatMap(({ attrs }) => attrs.filter(({ name }) => name.startsWith("on")));
  const texts = [...inline.map(textOf), ...handlers.map(({ value }) => value), ...(await moduleTexts(page))];
  const asked = texts.map((text) => askedFiles(text, page.context));
  const folders = asked.flatMap((each) => each.folders.map((folder) => `${folder}index.html`));
  const named = [
    ...asked.flatMap(({ found }) => found.map(([, path]) => path)),
    ...folders.flatMap((address) => publicFileAt(page.context, address)?.path ?? []),
  ];
  const byScript = named.filter((path) => isPageFor(page, path));
  return [...page.links, ...byScript.map((path) => ({ path, from: undefined }))];
}

/** The modules that a page names itself. */
async function moduleTexts({ scriptImports, parts, context: { files } }: PageSource): Promise<string[]> {
  const texts = scriptImports.map(
    async (name) => parts.get(name)?.contents ?? (await files.textIfPresent(projectPath(name))) ?? "",
  );
  return await Promise.all(texts);
}

/** Where the project's own server would have a page. */
function addressOf(path: string, roots: readonly string[]): string {
  return fileAddress(path, roots).replace(/\/index\.html?$/i, "/");
}

/** The same with its name: below the folder of the first page, or of what is served as it is. */
function fileAddress(path: string, roots: readonly string[]): string {
  const bases = roots.flatMap((root) => [posix.join(root, "public"), root]);
  const base = bases.find((each) => each === "." || path.startsWith(`${each}/`)) ?? ".";
  const below = base === "." ? path : path.slice(base.length + 1);
  return `/${below}`;
}
