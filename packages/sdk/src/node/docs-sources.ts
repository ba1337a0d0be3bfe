import { readFile } from "node:fs/promises";
import { aiJobLimits } from "@hivesync/contracts/tiers";
import type { Choice, DocsSource } from "#docs/docs-source.ts";
import { mapBounded } from "#map-bounded.ts";
import type { DesktopRoutes } from "./desktop/desktop-routes.ts";
import { createDesktopSource, unlessGone } from "./desktop/desktop-source.ts";
import { createDirectorySource } from "./directory-source.ts";
import { hashFiles } from "./hash-files.ts";
import { LocalFileError } from "./local-file-error.ts";
import { findNeighbours } from "./neighbours.ts";
import { scanDirectory, type DirectoryScan, type ScannedFile } from "./scan-directory.ts";

const filesAtOnce = 8;

function namedPaths({ selection, context }: Choice): string[] {
  return [...selection.map(({ path }) => path), ...(context?.files ?? [])];
}

/** Why a file of the folder is none to write about. */
function whyNot(path: string, { secrets, skipped }: DirectoryScan): string {
  const isSecret = secrets.some((secret) => path === secret || (secret.endsWith("/") && path.startsWith(secret)));
  if (isSecret) return "it looks like a secret";
  const skip = skipped.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
  return skip?.reason ?? "it does not exist, or an ignore file leaves it out";
}

// Larger ones are made by a program, and import nothing of interest: so the Desktop sees it, too.
async function readSource({ absolutePath, size }: ScannedFile): Promise<string> {
  return size > aiJobLimits.maxFileBytes ? "" : readFile(absolutePath, "utf8").catch(() => "");
}

/** Of a folder's files what a documentation job reads: what was chosen of them, and its neighbours. Nothing else is hashed. */
export function createDocsSource(directory: string, choice: Choice): DocsSource {
  const source = createDirectorySource(directory);
  return {
    open: (path) => source.open(path),
    list: async ({ signal, onProgress }) => {
      const scan = await scanDirectory(directory, { signal });
      const known = new Map(scan.files.map((file) => [file.path, file]));
      const find = (path: string): ScannedFile => {
        const file = known.get(path);
        if (!file) {
          const message = `${path} cannot be sent from ${directory}: ${whyNot(path, scan)}`;
          throw new LocalFileError(message, { path: directory });
        }
        return file;
      };
      const named = namedPaths(choice).map(find);
      const selected = named.slice(0, choice.selection.length);
      const all = scan.files.map(({ path }) => path);
      const neighbours = await mapBounded(selected, { limit: filesAtOnce, signal }, async (file) =>
        findNeighbours({ file: file.path, text: await readSource(file), files: all }),
      ).then((each) => each.flat());
      const files = await hashFiles([...new Set([...named, ...neighbours.map(find)])], {
        signal,
        onProgress: ({ filesHashed, filesTotal }) =>
          onProgress?.({ phase: "hashing", ratio: filesHashed / filesTotal, filesDone: filesHashed, filesTotal }),
      });
      return { files, neighbours, secrets: [], skipped: [] };
    },
  };
}

/** The same by the Desktop, which has hashed the folder and knows what is read best with what; as `local` while it is not there. */
export function createDesktopDocsSource(
  desktop: DesktopRoutes,
  { directory, choice }: { directory: string; choice: Choice },
): DocsSource {
  const local = createDocsSource(directory, choice);
  const source = createDesktopSource(desktop, directory, local);
  const neighboursByDesktop = async (signal: AbortSignal | undefined): Promise<string[]> => {
    const each = await mapBounded(choice.selection, { limit: filesAtOnce, signal }, ({ path }) =>
      desktop.ask("context", { directory, path }, signal),
    );
    return each.flatMap((around) => around?.neighbours ?? []);
  };
  return {
    ...source,
    list: async (options) => {
      const listing = await source.list(options);
      const known = new Set(listing.files.map(({ path }) => path));
      // Of a file that is not there the local source says why.
      const isComplete = namedPaths(choice).every((path) => known.has(path));
      const neighbours = isComplete ? await unlessGone(neighboursByDesktop(options.signal)) : undefined;
      return neighbours ? { ...listing, neighbours } : local.list(options);
    },
  };
}
