import { open } from "node:fs/promises";

const mostBytes = 4 * 1024 * 1024;

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function readLines(file: string): Promise<Record<string, unknown>[]> {
  try {
    await using handle = await open(file, "r");
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytes);
    const { buffer } = await handle.read({ buffer: Buffer.alloc(length), position: size - length });
    // The first may be half of one, and is no JSON then.
    return buffer
      .toString("utf8")
      .split("\n")
      .map(parse)
      .filter((line) => line !== undefined);
  } catch {
    return [];
  }
}

/** The last lines of a log, the newest last; out of the file before it when the present one has too few. */
export async function readLastLines(files: readonly string[], count: number): Promise<Record<string, unknown>[]> {
  let lines: Record<string, unknown>[] = [];
  for (const file of files) {
    if (lines.length >= count) break;
    lines = [...(await readLines(file)), ...lines];
  }
  return lines.slice(-count);
}
