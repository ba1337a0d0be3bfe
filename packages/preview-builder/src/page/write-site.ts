import type { MadeScripts } from "#make-scripts.ts";
import type { HeldPages } from "#in-page/pages/held-pages.ts";
import { escapeScript } from "#page/escape-inline.ts";
import { hasScript, scriptLines, writePage, writeSourceMap } from "#page/write-page.ts";
import type { Project } from "#project/read-project.ts";
import type { RuntimeCache } from "#runtimes/runtime-cache.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";

/** A page with all that is to be written into it. */
export interface MadePage {
  /** The paths that it is asked for by; the first page's are `/` and its own. */
  readonly addresses: readonly string[];
  readonly project: Project;
  readonly scripts: MadeScripts;
}

/** What is uploaded: one document, and one map of all of its scripts. */
export interface WrittenSite {
  readonly html: Buffer;
  readonly sourceMap: Buffer;
}

interface MapSection {
  readonly line: number;
  readonly map: Buffer;
}

const SHOW_PAGE = "hivesync:pages";

/** Writes a project's pages: the page itself where there is one; else a document that holds them all and shows the one that is asked for. */
export async function writeSite(pages: readonly MadePage[], runtimes: RuntimeCache): Promise<WrittenSite> {
  const addresses = pages.flatMap((page) => page.addresses);
  const held = openHeldPages();
  const sections: MapSection[] = [];
  let linesBefore = 0;
  for (const { addresses: own, project, scripts } of pages) {
    const html = writePage(project, scripts, { addresses, linesBefore });
    const hasMap = hasScript(project) || pages.length === 1;
    const map = hasMap ? await writeSourceMap(project, scripts.bundle) : undefined;
    if (pages.length === 1) return { html, sourceMap: map ?? Buffer.alloc(0) };
    held.add(own, html);
    if (map === undefined) continue;
    sections.push({ line: linesBefore, map });
    linesBefore += scriptLines(scripts);
  }
  const [firstSection] = sections;
  const sourceMap = sections.length > 1 ? joinMaps(sections) : (firstSection?.map ?? Buffer.alloc(0));
  return { html: await holdPages(held.all(), runtimes), sourceMap };
}

/** An index map: a map of sections that each have a map (ECMA-426). */
function joinMaps(sections: readonly MapSection[]): Buffer {
  const rows = sections.flatMap(({ line, map }, index) => [
    Buffer.from(`${index === 0 ? "" : ","}{"offset":{"line":${line},"column":0},"map":`),
    map,
    Buffer.from("}"),
  ]);
  return Buffer.concat([Buffer.from(`{"version":3,"sections":[`), ...rows, Buffer.from("]}")]);
}

async function holdPages(pages: HeldPages, runtimes: RuntimeCache): Promise<Buffer> {
  const part = partOfModule(SHOW_PAGE);
  if (part === undefined) throw new Error(`There is no part with ${SHOW_PAGE}.`);
  const { script } = await runtimes.get(part);
  // Neither the end of a script nor a comment may begin in it.
  const held = JSON.stringify(pages).replaceAll(/<(?=[/!])/g, "\\u003c");
  return Buffer.from(`<!doctype html>
<html><head><meta charset="utf-8"><script id="hivesync-pages" type="application/json">${held}</script><script>${escapeScript(script)}</script></head><body></body></html>
`);
}

/** Scripts, styles and files in the page, which the pages of a project have in common. */
const LARGE_PIECES = /(<(?:script|style)\b[^<>]*>[^]*?<\/(?:script|style)>|data:[\w/+.-]+;base64,[\w+/=]{1000,})/;
const LARGE_DATA = /(data:[\w/+.-]+;base64,[\w+/=]{1000,})/;

/** Behind the last end of an element no other is looked for: each of many beginnings there would be followed to the page's end. */
function piecesOf(html: string): string[] {
  const end = Math.max(html.lastIndexOf("</script>"), html.lastIndexOf("</style>"), 0);
  const after = html.indexOf(">", end) + 1;
  return [...html.slice(0, after).split(LARGE_PIECES), ...html.slice(after).split(LARGE_DATA)];
}

/** Takes one page in after the other, so that no two stand whole in memory: what they have in common may be large. */
function openHeldPages() {
  const indexes = new Map<string, number>();
  const pages: Record<string, readonly number[]> = {};
  const indexOf = (piece: string): number => {
    const index = indexes.get(piece) ?? indexes.size;
    indexes.set(piece, index);
    return index;
  };
  return {
    add: (addresses: readonly string[], html: Buffer): void => {
      const pieces = piecesOf(html.toString()).map(indexOf);
      for (const address of addresses) pages[address] = pieces;
    },
    all: (): HeldPages => ({ pages, pieces: [...indexes.keys()] }),
  };
}
