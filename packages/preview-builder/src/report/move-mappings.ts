/** Where in its file a source begins that is a part of it. */
export interface PartStart {
  /** Whole lines before it. */
  readonly lines: number;
  /** Characters before it in its first line. */
  readonly columns: number;
  /** The text of that line, with what is before and after. */
  readonly lineText: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map(DIGITS.split("").map((digit, value) => [digit, value]));

/** The source that takes another's place in a source map, and where in it the other begins. */
export interface MovedSource {
  readonly index: number;
  readonly start: PartStart | undefined;
}

/** Gives the `mappings` of a source map (ECMA-426) other sources: `moved` has one for each that the map had. */
export function moveMappings(mappings: string, moved: readonly MovedSource[]): string {
  // Source, line, column and name run through the whole map: each segment says by how much they change.
  const read = [0, 0, 0, 0];
  const written = [0, 0, 0, 0];
  const moveSegment = (segment: string): string => {
    const [generated = 0, ...changes] = decode(segment);
    changes.forEach((change, field) => (read[field] = (read[field] ?? 0) + change));
    const [source = 0, line = 0, column = 0, name = 0] = read;
    const { index = source, start } = moved[source] ?? {};
    const firstColumns = line === 0 ? (start?.columns ?? 0) : 0;
    const place = [index, line + (start?.lines ?? 0), column + firstColumns, name].slice(0, changes.length);
    const movedChanges = place.map((value, field) => value - (written[field] ?? 0));
    place.forEach((value, field) => (written[field] = value));
    return [generated, ...movedChanges].map(encode).join("");
  };
  const moveLine = (line: string): string => (line === "" ? "" : line.split(",").map(moveSegment).join(","));
  return mappings.split(";").map(moveLine).join(";");
}

/** The numbers of a segment: five bits a digit, the lowest first, the sign in the lowest bit of all. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let bits = 0;
  for (const digit of segment) {
    const digitValue = VALUES.get(digit) ?? 0;
    value += (digitValue & 31) << bits;
    bits += 5;
    if (digitValue >= 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    bits = 0;
  }
  return numbers;
}

/** One number of a segment, as {@link decode} reads it. */
export function encode(number: number): string {
  let rest = Math.abs(number) * 2 + (number < 0 ? 1 : 0);
  let digits = "";
  do {
    const isLast = rest < 32;
    digits += DIGITS.charAt((rest & 31) | (isLast ? 0 : 32));
    rest >>>= 5;
  } while (rest > 0);
  return digits;
}
