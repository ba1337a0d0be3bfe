import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { openRepository, type Repository, type RepositoryOptions } from "@hivesync/git-mirror/repository";
import { z } from "zod";

const noteSchema = z.strictObject({
  repo_url: z.string(),
  /** The keys of the bundles whose objects it has. */
  chain: z.array(z.string()),
  bytes: z.int().min(0),
});

/** What a mirror on this disk is of. */
export interface HeldMirror {
  repoUrl: string;
  /** The keys of the bundles whose objects it has, in their order. */
  chain: readonly string[];
}

/** A repository in a job's own folder, and what it has already. */
export interface MirrorCopy {
  repository: Repository;
  chain: readonly string[];
}

/** Mirrors on the local disk, one for each project, so many bytes at most. Nothing works in them: a job gets a copy, and gives one back. */
export interface MirrorCache {
  /** Copies a project's mirror of this address to a folder that is not there yet; undefined when there is none that can be used. */
  copyTo: (
    projectId: string,
    repoUrl: string,
    place: { folder: string; options: RepositoryOptions },
  ) => Promise<MirrorCopy | undefined>;
  /** Moves a job's repository in, in the place of the project's former one, which stays whole until then. */
  adopt: (projectId: string, held: HeldMirror, place: { folder: string; bytes: number }) => Promise<void>;
  forget: (projectId: string) => Promise<void>;
  /** Gives all space back. */
  clear: () => Promise<void>;
  usedBytes: () => number;
}

const partPrefix = "part-";
const noteName = "note.json";
const mirrorName = "mirror";

type Note = z.output<typeof noteSchema>;

async function readNote(folder: string): Promise<Note | undefined> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(path.join(folder, noteName), "utf8")));
  } catch {
    return undefined;
  }
}

/** Passes over a file or folder that is not there any more. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

/** Copies a mirror; undefined when it is not sound, or goes while it is copied. */
async function copyMirror(
  from: string,
  { folder, options }: { folder: string; options: RepositoryOptions },
): Promise<Repository | undefined> {
  const kept = await openRepository(from, options);
  await kept?.copyTo(folder);
  return kept && openRepository(folder, options);
}

interface Entry {
  name: string;
  note: Note;
  usedMs: number;
}

/** What an earlier process left, used longest ago first. What it did not finish is removed. */
async function readEntries(directory: string): Promise<Map<string, Note>> {
  const entries: Entry[] = [];
  for (const name of await readdir(directory)) {
    const folder = path.join(directory, name);
    const note = name.startsWith(partPrefix) ? undefined : await readNote(folder);
    if (note) entries.push({ name, note, usedMs: (await stat(path.join(folder, noteName))).mtimeMs });
    else await rm(folder, { recursive: true, force: true });
  }
  return new Map(entries.toSorted((a, b) => a.usedMs - b.usedMs).map(({ name, note }) => [name, note]));
}

/** Opens the cache's folder, made where there is none; what an earlier process left there is used again. One process at a time may use it. */
export async function openMirrorCache(directory: string, maxBytes: number): Promise<MirrorCache> {
  await mkdir(directory, { recursive: true });
  // A Map keeps the order of insertion, so the first entry is the one that was not used for longest.
  const entries = await readEntries(directory);
  const folderOf = (projectId: string): string => path.join(directory, projectId);
  const newPart = (): string => path.join(directory, partPrefix + randomUUID());
  const usedBytes = (): number => entries.values().reduce((sum, { bytes }) => sum + bytes, 0);

  const forget = async (projectId: string): Promise<void> => {
    if (!entries.delete(projectId)) return;
    // Under another name first: what is only half removed is not taken for a mirror.
    const part = newPart();
    await rename(folderOf(projectId), part).catch(unlessGone);
    await rm(part, { recursive: true, force: true });
  };
  const shrinkTo = async (bytes: number): Promise<void> => {
    for (const projectId of entries.keys()) {
      if (usedBytes() <= bytes) return;
      await forget(projectId);
    }
  };
  const use = async (projectId: string, note: Note): Promise<void> => {
    // Another job may have taken its room meanwhile.
    if (!entries.delete(projectId)) return;
    entries.set(projectId, note);
    const now = new Date();
    await utimes(path.join(folderOf(projectId), noteName), now, now).catch(unlessGone);
  };
  await shrinkTo(maxBytes);

  return {
    usedBytes,
    forget,
    clear: () => shrinkTo(0),
    copyTo: async (projectId, repoUrl, place) => {
      const note = entries.get(projectId);
      if (note?.repo_url !== repoUrl) return undefined;
      const repository = await copyMirror(path.join(folderOf(projectId), mirrorName), place).catch(unlessGone);
      if (!repository) {
        await forget(projectId);
        await rm(place.folder, { recursive: true, force: true });
        return undefined;
      }
      await use(projectId, note);
      return { repository, chain: note.chain };
    },
    adopt: async (projectId, { repoUrl, chain }, { folder, bytes }) => {
      await forget(projectId);
      if (bytes > maxBytes) return;
      const part = newPart();
      const note: Note = { repo_url: repoUrl, chain: [...chain], bytes };
      await mkdir(part);
      await rename(folder, path.join(part, mirrorName));
      await writeFile(path.join(part, noteName), JSON.stringify(note));
      await rename(part, folderOf(projectId));
      entries.set(projectId, note);
      await shrinkTo(maxBytes);
    },
  };
}
