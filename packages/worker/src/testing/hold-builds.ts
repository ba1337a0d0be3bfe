import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { sha256Hex } from "@hivesync/platform/ids";

/** A project whose build reads an empty style sheet. */
export const heldProject = {
  "index.html": '<!doctype html><link rel="stylesheet" href="hold.css"><h1>Held</h1>',
  "hold.css": "",
};

/**
 * Makes builds of {@link heldProject} stand still in a data folder where no worker runs yet: the empty file in its cache
 * is a pipe, and who reads it waits for a writer.
 *
 * @returns `release`, which lets a build that waits go on, with the file empty.
 */
export async function holdBuilds(dataDirectory: string, teamId: string): Promise<{ release: () => Promise<void> }> {
  const pipe = path.join(dataDirectory, "blobs", `${teamId}.${sha256Hex("")}`);
  await promisify(execFile)("mkfifo", [pipe]);
  return { release: () => writeFile(pipe, "") };
}
