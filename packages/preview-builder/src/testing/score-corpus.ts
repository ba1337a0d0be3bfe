import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PackageSource } from "@hivesync/package-store/package-source";
import { launchChromium } from "@hivesync/testing/chromium";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { BuildResult, BuildSuccess } from "#build-result.ts";
import { openBuildChildren } from "#run-build-in-child.ts";
import type { BuildChildren } from "#run-build-in-child.ts";
import { writeBlobs } from "#testing/test-builder.ts";
import { openCorpusPackages } from "./corpus-packages.ts";
import { readCorpusProject } from "./corpus-project.ts";
import type { CorpusProject } from "./corpus-project.ts";
import { openFramed } from "./framed-page.ts";
import type { FramedPage } from "./framed-page.ts";

/** How a project of the corpus fared. */
export interface ProjectScore {
  readonly name: string;
  /** What is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
  readonly buildMs: number;
  /** From opening the viewer until the last expected text, clicks included. */
  readonly openMs: number;
}

/** Builds projects of the corpus in confined children and opens them in one Chromium. */
export interface CorpusScorer extends AsyncDisposable {
  score(name: string): Promise<ProjectScore>;
}

/**
 * Starts what scores the corpus; with `keepsModules` every project is built as a large one, and again from what that kept.
 *
 * @example
 * await using scorer = await createCorpusScorer();
 * const { problems } = await scorer.score("html-recipe");
 */
export async function createCorpusScorer({ keepsModules = false } = {}): Promise<CorpusScorer> {
  const runtimeCacheDirectory = await mkdtemp(join(tmpdir(), "hivesync-corpus-"));
  const roomsDirectory = join(runtimeCacheDirectory, "rooms");
  await mkdir(roomsDirectory);
  const keptModules = { directory: join(runtimeCacheDirectory, "kept"), maxBytes: 1e9, minScripts: 0 };
  const settings = {
    runtimeCacheDirectory,
    roomsDirectory,
    warm: { projects: 0 },
    ...(keepsModules && { keptModules }),
  };
  const starting = openBuildChildren(settings, 1);
  const [children, browser, packages] = await Promise.all([starting, launchChromium(), openCorpusPackages()]);

  const score: CorpusScorer["score"] = async (name) => {
    const project = await readCorpusProject(name);
    const build = async (): Promise<BuildResult> =>
      await buildOnce(children, project, await packages.sourceOf(project.expected.packages));
    if (keepsModules) await keepModules(build, name, keptModules.directory);
    const began = performance.now();
    const result = await build();
    const buildMs = performance.now() - began;
    if (!result.ok) {
      const rows = result.details.map(({ file, line, text }) => `${file}:${line} ${text}`);
      return { name, problems: [result.message, ...rows], buildMs, openMs: 0 };
    }
    const opened = performance.now();
    await using page = await openFramed(browser, result.html);
    const problems = [...judgeBuild(project, result), ...(await judgePage(project, page))];
    return { name, problems, buildMs, openMs: performance.now() - opened };
  };
  return {
    score,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([children[Symbol.asyncDispose](), browser.close(), packages[Symbol.asyncDispose]()]);
      await rm(runtimeCacheDirectory, { recursive: true, force: true });
    },
  };
}

async function buildOnce(
  children: BuildChildren,
  { name, files, expected }: CorpusProject,
  packages: PackageSource,
): Promise<BuildResult> {
  using place = await children.open({ options: { platform: expected.platform }, project: name });
  const manifest = await writeBlobs(files, place.directory);
  return await place.build({ files: manifest.files, packages: () => packages });
}

/** Builds a project with nothing kept, and with what that build kept: the second has to be as the first. */
async function keepModules(build: () => Promise<BuildResult>, name: string, directory: string): Promise<void> {
  const before = await keptIn(directory);
  const first = await build();
  const isKept = /modules, of which \d+ were made anew/.test(first.log);
  await waitUntil(
    () => keptIn(directory),
    (names) => !isKept || names.length > before.length,
  );
  const second = await build();
  const isSame = (one: "html" | "sourceMap"): boolean =>
    first.ok && second.ok && Buffer.compare(first[one], second[one]) === 0;
  if (!isSame("html") || !isSame("sourceMap")) throw new Error(`${name} is another when it is built again.`);
}

async function keptIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => !name.startsWith("part-"));
}

function judgeBuild({ expected }: CorpusProject, { manifest, warnings }: BuildSuccess): string[] {
  const kind = manifest.kind === expected.kind ? [] : [`is taken for ${manifest.kind}, not ${expected.kind}`];
  const texts = warnings.map(({ text }) => text);
  return [...kind, ...compare("warning", texts, expected.warnings)];
}

async function judgePage({ expected }: CorpusProject, page: FramedPage): Promise<string[]> {
  const missing: string[] = [];
  const expectTexts = async (texts: readonly string[], when: string): Promise<void> => {
    const areSeen = await Promise.all(texts.map((text) => isSeen(page, text)));
    const unseen = texts.filter((_, index) => areSeen[index] !== true);
    missing.push(...unseen.map((text) => `does not show ${JSON.stringify(text)}${when}`));
  };
  await expectTexts(expected.text, "");
  if (missing.length > 0) return [...missing, ...page.problems];
  for (const name of expected.click) await clickOn(page, name);
  await expectTexts(expected.clicked, " after the clicks");
  const told = await page.toldErrors(expected.errors.length);
  return [
    ...missing,
    ...compare("error told to the viewer", told, expected.errors),
    ...page.problems.filter((problem) => !expected.errors.some((part) => problem.includes(part))),
  ];
}

function isSeen({ frame }: FramedPage, text: string): Promise<boolean> {
  const shown = frame.getByText(text).filter({ visible: true }).first();
  return shown.waitFor().then(
    () => true,
    () => false,
  );
}

async function clickOn({ frame }: FramedPage, name: string): Promise<void> {
  const byRole = (role: "button" | "link" | "checkbox" | "tab") => frame.getByRole(role, { name, exact: true });
  const controls = byRole("button").or(byRole("link")).or(byRole("checkbox")).or(byRole("tab"));
  await controls
    .or(frame.getByText(name, { exact: true }))
    .first()
    .click();
}

/** Every expected part is in one of the texts, and every text holds one of them. */
function compare(what: string, texts: readonly string[], parts: readonly string[]): string[] {
  const missing = parts.filter((part) => !texts.some((text) => text.includes(part)));
  const further = texts.filter((text) => !parts.some((part) => text.includes(part)));
  return [...missing.map((part) => `no ${what}: ${part}`), ...further.map((text) => `unexpected ${what}: ${text}`)];
}
