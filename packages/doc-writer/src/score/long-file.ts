import { readFile } from "node:fs/promises";
import { corpusFolder } from "./score-corpus.ts";

/** A file of the corpus, repeated until it is that long. */
export async function longFile(path: string, lineCount: number): Promise<{ path: string; text: string }> {
  const one = await readFile(`${corpusFolder}${path}`, "utf8");
  const times = Math.ceil(lineCount / one.split("\n").length);
  return { path, text: `${one}\n`.repeat(times) };
}
