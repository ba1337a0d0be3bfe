import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { isHiveSyncError, isNetworkError } from "#errors.ts";
import { FileChangedError } from "#previews/upload-missing.ts";
import type { FileSource } from "#previews/file-source.ts";
import type { DesktopRoutes } from "./desktop-routes.ts";

function isPassing(error: unknown): boolean {
  return isNetworkError(error) || isHiveSyncError(error);
}

/** What the Desktop says, or undefined when it is gone or will not: then this process does the work itself, and says what is wrong with it. */
export async function unlessGone<Result>(asking: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}

/** A folder's files as the Desktop knows them, which has hashed them before and watches them; as `local` does while it is not there. */
export function createDesktopSource(desktop: DesktopRoutes, directory: string, local: FileSource): FileSource {
  const listByDesktop = async (signal: AbortSignal | undefined) => {
    const linked = await desktop.ask("link", { directory }, signal);
    const listed = linked && (await desktop.ask("manifest", { directory }, signal));
    const around = listed && (await desktop.ask("context", { directory }, signal));
    return around && { ...listed, context: around.project };
  };
  const uploadByDesktop = async (missing: FilesMissingDetails["missing"], signal: AbortSignal | undefined) => {
    const outcome = await desktop.ask("upload", { directory, missing }, signal);
    const [changed] = outcome?.changed ?? [];
    if (changed !== undefined) throw new FileChangedError(`${changed} has changed since it was hashed`);
    return outcome && { stored: outcome.stored, expired: outcome.expired };
  };
  return {
    list: async (options) => {
      const listed = await unlessGone(listByDesktop(options.signal));
      // Of an empty folder the local source knows what to say.
      if (!listed || listed.files.length === 0) return local.list(options);
      const filesTotal = listed.files.length;
      options.onProgress?.({ phase: "hashing", ratio: 1, filesDone: filesTotal, filesTotal });
      return listed;
    },
    open: (path) => local.open(path),
    upload: (missing, { signal }) => unlessGone(uploadByDesktop(missing, signal)),
  };
}
