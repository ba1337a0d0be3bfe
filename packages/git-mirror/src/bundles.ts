import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { removeLeftOvers } from "./folder.ts";
import { setRefs } from "./local-refs.ts";
import { MirrorError } from "./mirror-error.ts";
import { strictOption } from "./process/fixed-settings.ts";
import { explainEnd } from "./process/explain-end.ts";
import { endGit, runGit, type GitContext } from "./process/git-process.ts";
import type { Refs } from "./refs.ts";

const unsound = (what: string): MirrorError => new MirrorError("unsound", `The stored mirror ${what}.`);

const maxHeaderBytes = 64 * 1_024 * 1_024;
const headerLine = /^(-[0-9a-f]{40}( .*)?|[0-9a-f]{40} refs\/.+)$/s;
const firstLine = "# v2 git bundle";

/** Passes over the lines before the pack, see gitformat-bundle(5), and gives the rest of the file. */
async function* packOf(file: string): AsyncGenerator<Buffer> {
  let header = Buffer.alloc(0);
  let isInPack = false;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (isInPack) {
      yield chunk;
      continue;
    }
    header = Buffer.concat([header, chunk]);
    const end = header.indexOf("\n\n");
    if (end === -1 && header.length > maxHeaderBytes) throw unsound("has no end of its header");
    if (end === -1) continue;
    const [first, ...lines] = header.subarray(0, end).toString("latin1").split("\n");
    if (first !== firstLine || !lines.every((line) => headerLine.test(line))) throw unsound("has a broken header");
    isInPack = true;
    yield header.subarray(end + 2);
  }
  if (!isInPack) throw unsound("has no pack");
}

/**
 * Reads bundles one after the other and then makes the refs exactly these. `git fetch` and `git bundle unbundle` of git
 * before 2.46 check no object, so index-pack is given the pack itself: it checks each, and that all that it names is there.
 */
export async function loadBundles(context: GitContext, files: readonly string[], refs: Refs): Promise<void> {
  try {
    for (const file of files) {
      const said = await runGit(context, {
        args: ["index-pack", "--stdin", "--fix-thin", strictOption, `--max-input-size=${context.limits.bytes}`],
        stdin: packOf(file),
        source: "bundle",
      });
      // What comes after the pack it gives back.
      if (!/^(pack|keep)\t[0-9a-f]{40}\n$/.test(said.toString("latin1"))) throw unsound("goes on after its pack");
    }
    await setRefs(context, refs);
  } finally {
    await removeLeftOvers(context.folder);
  }
}

function* bundleLines(refs: Refs, since: Refs | undefined): Generator<string> {
  for (const name of Object.keys(refs)) yield `${name}\n`;
  for (const id of new Set(Object.values(since ?? {}))) yield `^${id}\n`;
}

/** Writes what cannot be reached from `since`. Undefined, and no file, when there is nothing new. */
export async function writeBundle(
  context: GitContext,
  file: string,
  { refs, since }: { refs: Refs; since: Refs | undefined },
): Promise<{ bytes: number } | undefined> {
  const target = path.resolve(file);
  const call = {
    // Version 2 holds for every repository whose objects are named by SHA-1.
    args: ["bundle", "create", "--quiet", "--version=2", target, "--ignore-missing", "--stdin"],
    stdin: bundleLines(refs, since),
  };
  const end = await endGit(context, call);
  if (end.code === 0) return { bytes: (await stat(target)).size };
  await Promise.all([rm(target, { force: true }), rm(`${target}.lock`, { force: true })]);
  if (/Refusing to create empty bundle/i.test(end.stderr)) return undefined;
  throw explainEnd(end, call);
}
