import { AppError } from "@hivesync/platform/app-error";
import { findNeighbours } from "@hivesync/sdk/internal/node/neighbours";
import { readProjectContext } from "@hivesync/sdk/internal/node/project-context";
import { FileChangedError } from "@hivesync/sdk";
import type { FolderIndex } from "#folders/folder-index.ts";
import { openWithin } from "#folders/open-within.ts";
import type { LocalRoute } from "./local-route.ts";

/** A source of more than this is made by a program, and imports nothing of interest. */
const largestSourceBytes = 1024 * 1024;

async function readSource(index: FolderIndex, path: string): Promise<string> {
  await using handle = await openWithin(index.root, path);
  const { size } = await handle.stat();
  return size > largestSourceBytes ? "" : handle.readFile("utf8");
}

async function neighboursOf(index: FolderIndex, path: string, signal: AbortSignal): Promise<string[]> {
  const files = (await index.list(signal)).files.map((file) => file.path);
  const nothing = new AppError("NOT_FOUND", {
    publicMessage: "The folder has no such file that a publish would send.",
  });
  if (!files.includes(path)) throw nothing;
  const text = await readSource(index, path).catch((error: unknown) => {
    throw error instanceof FileChangedError ? nothing : error;
  });
  return findNeighbours({ file: path, text, files });
}

/** What a folder's surroundings tell of it, and which files one of it is read best with. */
export const context: LocalRoute<"context"> = async ({ deps, input, signal }) => {
  const index = await deps.folders.open(input.directory);
  const { path } = input;
  const neighbours = path === undefined ? [] : await neighboursOf(index, path, signal);
  return { project: await readProjectContext(index.root), neighbours };
};
