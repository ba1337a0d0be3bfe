import type { BuildManifest, BuildResult, BuildSuccess, ReportRow } from "#build-result.ts";
import { maxInputBytesOf, maxOutputBytesOf } from "#build-request.ts";
import type { BuildRequest } from "#build-request.ts";
import { BUILDER_VERSION } from "#builder-version.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";
import { makeScripts } from "#make-scripts.ts";
import type { MadeScripts, Making } from "#make-scripts.ts";
import { scriptLength } from "#page/write-page.ts";
import { writeSite } from "#page/write-site.ts";
import type { MadePage } from "#page/write-site.ts";
import { leadsNowhere, readSite } from "#project/read-site.ts";
import type { Site } from "#project/read-site.ts";
import type { Project } from "#project/read-project.ts";
import { createProjectFiles } from "#project/project-files.ts";
import { BuildError } from "#report/build-error.ts";
import { tooLarge } from "#report/too-large.ts";
import { createBuildLog } from "#report/build-log.ts";
import type { BuildLog } from "#report/build-log.ts";
import { describeRow, limitRows } from "#report/report-rows.ts";
import { openRuntimeCache } from "#runtimes/runtime-cache.ts";

/**
 * Makes a project's files into one self-contained HTML page. The project's code is bundled, never run, and nothing but
 * `files` can be read by it. The same input gives the same `html` and `sourceMap`.
 *
 * @returns a failure with rows for people when the project is at fault or a limit was hit.
 * @throws the signal's reason when aborted; what `readBlob` throws.
 * @example
 * const result = await buildPreview({ files, readBlob, options: { platform: "web" }, runtimeCacheDirectory });
 * if (result.ok) await writeFile("index.html", result.html);
 */
export async function buildPreview(request: BuildRequest): Promise<BuildResult> {
  const log = createBuildLog();
  log.write(`HiveSync preview builder ${BUILDER_VERSION}`);
  try {
    request.signal?.throwIfAborted();
    return await build(request, log);
  } catch (caught) {
    const error = caught instanceof RangeError ? explainRangeError(caught) : caught;
    if (!(error instanceof BuildError)) throw error;
    for (const row of error.rows) log.write(`error: ${describeRow(row)}`);
    log.write(`failed: ${error.message}`);
    const limit = error.limit === undefined ? {} : { limit: error.limit };
    return { ok: false, message: error.message, details: error.rows, log: log.text(), ...limit };
  }
}

/** Parsers recurse, and texts have a greatest length: going beyond either is the project's doing. */
function explainRangeError({ message }: RangeError): BuildError {
  if (/call stack/i.test(message))
    return new BuildError("A file of the project is nested too deeply. Leave it out if it was generated.");
  const text =
    "The project is too large to be made into one page. Leave large generated files out with a .hivesyncignore.";
  return new BuildError(text, { limit: "memory" });
}

async function build(request: BuildRequest, log: BuildLog): Promise<BuildSuccess> {
  const { options, onProgress } = request;
  onProgress?.({ phase: "reading", fraction: 0 });
  const files = createProjectFiles({ ...request, maxInputBytes: maxInputBytesOf(request) });
  const site = await readSite(files, options);
  const { start } = site;
  log.write(`${start.kind.label}, starting from ${start.entry}, for ${options.platform}, ${start.mode} mode`);
  for (const note of start.notes) log.write(note);
  log.step("read");
  const { pages, warnings: leftOut } = await makePages(request, site, log);
  if (pages.length > 1) log.write(`pages: ${pages.map(({ addresses }) => addresses.at(-1)).join(", ")}`);
  request.signal?.throwIfAborted();
  onProgress?.({ phase: "writing", fraction: 0.9 });
  const { html, sourceMap } = await writeSite(pages, runtimesOf(request, start));
  log.step("write");
  const maxOutputBytes = maxOutputBytesOf(request);
  if (html.length > maxOutputBytes)
    throw tooLarge(`The finished page has ${html.length} bytes; ${maxOutputBytes} are allowed.`, "output", files);
  const all = pages.map(({ scripts }) => scripts);
  const ofPages = pages.flatMap(({ project: { page }, scripts: { bundle, packages, served } }) => [
    ...page.warnings,
    ...bundle.warnings,
    ...packages.warnings,
    ...served.warnings,
  ]);
  const warnings = limitRows(withoutRepeats([...site.warnings, ...leftOut, ...ofPages]));
  const manifest = describeBuild(start, {
    sizes: { html: html.length, ...sizesOf(all), source_map: sourceMap.length },
    warnings,
    timings: log.timings,
    runtimes: [...new Set(all.flatMap(({ runtimes }) => runtimes.map(({ name }) => name)))],
  });
  writeSummary(log, manifest);
  return { ok: true, html, sourceMap, manifest, warnings, log: log.text() };
}

/** Makes the scripts of all pages, the first one first. Another page that is at fault is left out. */
async function makePages(request: BuildRequest, { start, startAddresses, others }: Site, log: BuildLog) {
  const making: Making = { log, onFile: reportFiles(request) };
  const first = await makeScripts(request, start, making);
  const pages: MadePage[] = [{ addresses: startAddresses, project: start, scripts: first }];
  const warnings: ReportRow[] = [];
  for (const { address, project, from } of others) {
    request.signal?.throwIfAborted();
    try {
      // What is kept of modules is of the first page's.
      const scripts = await makeScripts({ ...request, keptModules: undefined }, project, making);
      pages.push({ addresses: [address], project, scripts });
    } catch (error) {
      if (!(error instanceof BuildError) || error.limit !== undefined) throw error;
      warnings.push(...leadsNowhere(from, error.message));
    }
  }
  return { pages, warnings };
}

/** What the parts of pages are read from that are the same in all projects. */
function runtimesOf(request: BuildRequest, { mode }: Project) {
  const keeper = request.keeper ?? openFolderKeeper(request);
  return openRuntimeCache(request.runtimeCacheDirectory, mode, {
    choice: new Map(),
    make: (part, partMode) => keeper.makeRuntime(part, partMode),
  });
}

/** Pages of one project have the same things to be said of its configs. */
function withoutRepeats(rows: readonly ReportRow[]): ReportRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function sizesOf(all: readonly MadeScripts[]): Pick<BuildManifest["sizes"], "script" | "styles" | "runtime"> {
  const sum = (lengthOf: (made: MadeScripts) => number): number =>
    all.reduce((total, made) => total + lengthOf(made), 0);
  const lengths = (texts: readonly string[]): number => texts.reduce((total, { length }) => total + length, 0);
  return {
    script: sum(({ bundle }) => scriptLength(bundle)),
    styles: sum(({ bundle }) => lengths([bundle.scriptStyles, ...bundle.styles.values()])),
    runtime: sum(({ runtimes, packages }) => lengths([...runtimes.map(({ script }) => script), packages.script])),
  };
}

/** Progress while files are read: against the manifest's length, as nobody knows beforehand how many will be needed. */
function reportFiles({ files, onProgress }: BuildRequest): () => void {
  let count = 0;
  return () => {
    count += 1;
    onProgress?.({ phase: "bundling", fraction: Math.min(0.85, 0.1 + (0.75 * count) / files.length) });
  };
}

type Facts = Pick<BuildManifest, "sizes" | "warnings" | "timings" | "runtimes">;

function describeBuild({ kind, entry, mode, files, page, frameworks }: Project, facts: Facts): BuildManifest {
  return {
    builder_version: BUILDER_VERSION,
    kind: kind.name,
    kind_label: frameworks.label === undefined ? kind.label : `${kind.label} (${frameworks.label})`,
    entry,
    platform: page.context.platform,
    mode,
    inputs: files.inputs(),
    ...facts,
  };
}

function writeSummary(log: BuildLog, { inputs, sizes, timings, warnings }: BuildManifest): void {
  for (const row of warnings) log.write(`warning: ${describeRow(row)}`);
  const list = (values: Readonly<Record<string, number>>, unit: string): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value} ${unit}`)
      .join(", ");
  log.write(`${inputs.length} files read; ${list(sizes, "bytes")}`);
  log.write(`done: ${list(timings, "ms")}; ${warnings.length} warnings`);
}
