import { FlattenMap, TraceMap, originalPositionFor, sourceContentFor } from "@jridgewell/trace-mapping";
import { fetchPreview } from "./preview-link.ts";
import type { SourcePlace } from "./source-line.ts";

/** A call in the project's own code. */
export interface ProjectFrame {
  name: string;
  file: string;
  line: number;
  column: number;
}

/** A stack as it reads in the project's sources. */
export interface MappedStack {
  frames: ProjectFrame[];
  /** Where the first of them is, with its lines. */
  source: SourcePlace | undefined;
  /** The stack of the bundle, where nothing of it could be led back. */
  raw: string;
}

// What the builder calls the script with the project's code, and the prefix of its sources.
const scriptName = "hivesync-preview.js";
const projectPrefix = "vfs:";
const linesAround = 2;
const mostFrames = 30;

let loading: Promise<TraceMap | undefined> | undefined;

async function loadMap(): Promise<TraceMap | undefined> {
  const answer = await fetchPreview();
  const url = answer.kind === "preview" ? answer.preview.source_map_url : null;
  if (url === null) return undefined;
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) return undefined;
  // A project of several pages has a map of sections.
  const map = (await response.json()) as ConstructorParameters<typeof TraceMap | typeof FlattenMap>[0];
  return typeof map === "object" && "sections" in map ? new FlattenMap(map) : new TraceMap(map);
}

/** The map is asked for at the first error. It is the same however often the app is loaded. */
async function theMap(): Promise<TraceMap | undefined> {
  loading ??= loadMap().catch(() => undefined);
  const map = await loading;
  if (!map) loading = undefined;
  return map;
}

interface RawFrame {
  name: string;
  file: string;
  line: number;
  column: number;
}

/** Chromium writes `at name (file:1:2)` or `at file:1:2`, others `name@file:1:2`. */
function readFrame(text: string): RawFrame | undefined {
  const [, before = "", line = "", column = ""] = /^(.*):(\d+):(\d+)\)?$/.exec(text.trim()) ?? [];
  if (line === "") return undefined;
  const [, name = "", file = ""] = /^(?:at )?(?:(.*?)(?: \(|@))?([^(@]*)$/.exec(before) ?? [];
  return { name: name.replace(/^at /, ""), file, line: Number(line), column: Number(column) };
}

interface Place {
  frame: ProjectFrame;
  lines: readonly string[];
}

/** Where a call is in the project, if it is of the project. */
function toProject({ name, file, line, column }: RawFrame, map: TraceMap | undefined): Place | undefined {
  // A classic script stands in the page as its author wrote it.
  if (file.startsWith(projectPrefix)) {
    return { frame: { name, file: file.slice(projectPrefix.length), line, column }, lines: [] };
  }
  if (!map || !file.endsWith(scriptName)) return undefined;
  const place = originalPositionFor(map, { line, column: column - 1 });
  if (place.source === null || !place.source.startsWith(projectPrefix)) return undefined;
  const lines = (sourceContentFor(map, place.source) ?? "").split(/\r?\n/);
  const found = { file: place.source.slice(projectPrefix.length), line: place.line, column: place.column + 1 };
  return { frame: { name: place.name ?? name, ...found }, lines };
}

function sourceAt({ frame: { line, column }, lines }: Place): SourcePlace | undefined {
  const lineText = lines[line - 1];
  if (lineText === undefined || lineText.trim() === "") return undefined;
  return {
    line,
    column,
    lineText,
    before: lines.slice(Math.max(0, line - 1 - linesAround), line - 1),
    after: lines
      .slice(line, line + linesAround)
      .filter((text, index, all) => text.trim() !== "" || index < all.length - 1),
  };
}

/** Nobody needs the signature of a link in a stack, and whoever gets it copied should not have it. */
const withoutQueries = (stack: string): string => stack.replaceAll(/\b(https?:\/\/[^\s?()]+)\?[^\s:()]*/g, "$1");

/** Leads a stack back to the project's sources. What is of libraries and of the browser is left out of `frames`. */
export async function mapStack(stack: string): Promise<MappedStack> {
  const rawFrames = stack.split("\n").flatMap((text) => readFrame(text) ?? []);
  const needsMap = rawFrames.some(({ file }) => file.endsWith(scriptName));
  const map = needsMap ? await theMap() : undefined;
  const places = rawFrames.slice(0, mostFrames).flatMap((frame) => toProject(frame, map) ?? []);
  const [first] = places;
  return {
    frames: places.map(({ frame }) => frame),
    source: first && sourceAt(first),
    raw: withoutQueries(stack),
  };
}

const bundlePlace = new RegExp(`[^\\s()]*${scriptName.replace(".", "\\.")}:(\\d+):(\\d+)`, "g");

/** The same for a text that a person reads: each place of the bundle in it becomes one of the project, where it is one. */
export async function mapText(text: string): Promise<string> {
  if (!text.includes(scriptName)) return text;
  const map = await theMap();
  return text.replaceAll(bundlePlace, (whole, line: string, column: string) => {
    const place = toProject({ name: "", file: scriptName, line: Number(line), column: Number(column) }, map);
    return place ? `${place.frame.file}:${place.frame.line}:${place.frame.column}` : whole;
  });
}
