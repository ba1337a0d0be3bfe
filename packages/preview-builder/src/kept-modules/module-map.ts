import { decode, encode } from "@jridgewell/sourcemap-codec";
import type { SourceMapSegment } from "@jridgewell/sourcemap-codec";
import type { ModuleMap } from "#kept-modules/module-record.ts";
import type { PartStart } from "#report/move-mappings.ts";

interface MapOfModule {
  readonly map: ModuleMap;
  /** The segments after the first one, as they stand behind it. */
  readonly rest: string;
}

/** Makes a map of printed code one of the code without its first lines, whose source may be a part of another text. Undefined when it maps nothing. */
export function mapOfModule(
  mappings: string,
  { source, dropLines, start }: { source: string; dropLines: number; start?: PartStart | undefined },
): MapOfModule | undefined {
  const lines = decode(mappings).slice(dropLines);
  // Names are of use to nobody, and would have to be counted through all modules.
  const moved = lines.map((line) => line.flatMap((segment) => movedSegment(segment, start)));
  const lead = moved.findIndex((line) => line.length > 0);
  const [first] = moved[lead] ?? [];
  const last = moved.findLast((line) => line.length > 0)?.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const encoded = encode(moved.slice(lead));
  const place = (segment: Moved) => ({ line: segment[2], column: segment[3] });
  const lineEnds = encoded.split(";").length - 1;
  const map = { source, lead, lines: lineEnds, firstColumn: first[0], first: place(first), last: place(last) };
  return { map, rest: encoded.slice(/^[A-Za-z\d+/]*/.exec(encoded)?.[0].length ?? 0) };
}

type Moved = [column: number, source: number, line: number, sourceColumn: number];

function movedSegment(segment: SourceMapSegment, start: PartStart | undefined): Moved[] {
  const [column, , line, sourceColumn] = segment;
  if (line === undefined || sourceColumn === undefined) return [];
  const firstColumns = line === 0 ? (start?.columns ?? 0) : 0;
  return [[column, 0, line + (start?.lines ?? 0), sourceColumn + firstColumns]];
}
